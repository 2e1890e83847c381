package dev.sandmill.api;

import org.jspecify.annotations.Nullable;

/// A place in a repository that answers a query. Lines count from 1, both ends included.
///
/// @param embedder whose vector of this place was compared with the question's: `minilm`, `openai`, or `static` for the
///     token table, also where another one's is still to come
public record SearchHit(
        String repository,
        String commit,
        String path,
        int startLine,
        int endLine,
        @Nullable String symbol,
        String language,
        double score,
        String snippet,
        String embedder) {}
