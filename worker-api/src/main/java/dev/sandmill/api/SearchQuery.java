package dev.sandmill.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A question to the index.
///
/// @param repositories names to search; empty is every repository of the tenant
/// @param languages names as in a hit's `language`; empty is every one
/// @param limit 1 to 100
public record SearchQuery(
        String query,
        List<String> repositories,
        List<String> languages,
        @Nullable String pathPrefix,
        int limit) {
    public static final int DEFAULT_LIMIT = 10;
    public static final int MAX_LIMIT = 100;

    public SearchQuery {
        repositories = List.copyOf(repositories);
        languages = List.copyOf(languages);
        if (query.isBlank()) {
            throw new IllegalArgumentException("query is blank");
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit has to be 1 to " + MAX_LIMIT + ", not " + limit);
        }
    }
}
