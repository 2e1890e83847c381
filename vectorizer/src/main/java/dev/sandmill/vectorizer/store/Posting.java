package dev.sandmill.vectorizer.store;

import org.jspecify.annotations.Nullable;

/// One chunk at its place in a file. Lines count from 1, both ends included.
///
/// @param fingerprint of what was embedded
/// @param kind what the chunk is: a function, a type, a part of one
/// @param text as in the file
/// @param header what encloses the chunk, which was embedded before its text; may be empty
public record Posting(
        String path,
        String blobId,
        int startLine,
        int endLine,
        @Nullable String symbol,
        String kind,
        String language,
        String fingerprint,
        String text,
        String header) {}
