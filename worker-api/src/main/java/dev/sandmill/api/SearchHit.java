package dev.sandmill.api;

import org.jspecify.annotations.Nullable;

/// A place in a repository that answers a query. Lines count from 1, both ends included.
public record SearchHit(
        String repository,
        String commit,
        String path,
        int startLine,
        int endLine,
        @Nullable String symbol,
        String language,
        double score,
        String snippet) {}
