package dev.sandmill.api;

import org.jspecify.annotations.Nullable;

/// A file that a program left behind and the request asked for: content, or an error instead of it.
public record Artifact(
        String path,
        long sizeBytes,
        @Nullable String sha256,
        @Nullable Content content,
        @Nullable String error) {}
