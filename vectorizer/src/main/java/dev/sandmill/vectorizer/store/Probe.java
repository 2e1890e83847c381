package dev.sandmill.vectorizer.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What to look for, and where.
///
/// @param vector the query's, of unit length
/// @param text the query's words, never parsed as a query language
/// @param repositories empty is every one
/// @param languages empty is every one
/// @param candidates how many to bring by vector and how many by words
public record Probe(
        float[] vector,
        String text,
        List<String> repositories,
        List<String> languages,
        @Nullable String pathPrefix,
        int candidates) {
    public Probe {
        repositories = List.copyOf(repositories);
        languages = List.copyOf(languages);
    }
}
