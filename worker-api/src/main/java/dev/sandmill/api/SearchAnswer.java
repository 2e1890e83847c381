package dev.sandmill.api;

import java.util.List;

/// Hits, best first, and how long they took.
public record SearchAnswer(List<SearchHit> hits, long tookMillis) {
    public SearchAnswer {
        hits = List.copyOf(hits);
    }
}
