package dev.sandmill.vectorizer.chunk;

import java.util.Locale;

/// What a chunk begins with, or is a part of.
public enum ChunkKind {
    FUNCTION,
    METHOD,
    CLASS,
    MODULE,
    TEXT;

    /// `function`, `method`, `class`, `module` or `text`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
