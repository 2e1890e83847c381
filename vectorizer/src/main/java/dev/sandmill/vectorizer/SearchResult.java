package dev.sandmill.vectorizer;

import dev.sandmill.api.SearchHit;
import java.util.List;

/// Hits, best first.
public record SearchResult(List<SearchHit> hits) {
    public SearchResult {
        hits = List.copyOf(hits);
    }
}
