package dev.sandmill.vectorizer.source;

import java.util.Locale;

/// Why a file is not indexed.
public enum SkipReason {
    /// Nothing in it, or only whitespace.
    EMPTY,
    TOO_LARGE,
    /// A NUL byte near its start, as git judges it.
    BINARY,
    /// Bytes that are text in no encoding that we read.
    NOT_TEXT,
    /// Pictures, sound, archives, fonts and the like, by extension.
    MEDIA,
    /// Somebody else's code, or a build's output.
    VENDORED,
    /// Written by a program.
    GENERATED,
    MINIFIED,
    LOCK_FILE,
    /// Keys, tokens or passwords: never read further, embedded or stored.
    SECRET,
    /// Git LFS stands here with a pointer instead of the content.
    LFS_POINTER,
    /// Excluded by the repository's own rules.
    IGNORED;

    /// `too_large`, `lock_file` and so on.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
