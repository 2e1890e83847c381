package dev.sandmill.vectorizer.source;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Decides which files are source code that is worth indexing. Never throws, whatever the path or the bytes; time is
/// linear in both. Thread-safe.
public final class SourceFilter {
    private static final int BINARY_PROBE_BYTES = 8192;

    private final long maxFileBytes;
    private final PathRules pathRules = new PathRules();
    private final LanguageOf languageOf;
    private final SecretScan secretScan = new SecretScan();

    /// @param maxFileBytes above which a file is too large
    public SourceFilter(long maxFileBytes, LanguageOf languageOf) {
        this.maxFileBytes = maxFileBytes;
        this.languageOf = languageOf;
    }

    /// Before the file is read.
    public Optional<SkipReason> byPath(String path, long sizeBytes) {
        Optional<SkipReason> reason = pathRules.reasonFor(path);
        if (reason.isPresent()) {
            return reason;
        }
        if (sizeBytes > maxFileBytes) {
            return Optional.of(SkipReason.TOO_LARGE);
        }
        return sizeBytes == 0 ? Optional.of(SkipReason.EMPTY) : Optional.empty();
    }

    /// After it was read; for a file that [#byPath] let through.
    public Optional<SkipReason> byContent(String path, byte[] bytes) {
        if (bytes.length > maxFileBytes) {
            return Optional.of(SkipReason.TOO_LARGE);
        }
        if (hasNul(bytes)) {
            return Optional.of(SkipReason.BINARY);
        }
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        if (latin.isBlank()) {
            return Optional.of(SkipReason.EMPTY);
        }
        if (secretScan.findsIn(latin)) {
            return Optional.of(SkipReason.SECRET);
        }
        if (latin.startsWith("version https://git-lfs.github.com/spec/v1\n") && bytes.length < 1024) {
            return Optional.of(SkipReason.LFS_POINTER);
        }
        if (SourceText.decode(bytes).isEmpty()) {
            return Optional.of(SkipReason.NOT_TEXT);
        }
        String language = languageOf.of(path, latin);
        if (GeneratedMark.isIn(latin, language)) {
            return Optional.of(SkipReason.GENERATED);
        }
        return LineLengths.areMinified(latin, language) ? Optional.of(SkipReason.MINIFIED) : Optional.empty();
    }

    private static boolean hasNul(byte[] bytes) {
        int end = Math.min(bytes.length, BINARY_PROBE_BYTES);
        for (int at = 0; at < end; at++) {
            if (bytes[at] == 0) {
                return true;
            }
        }
        return false;
    }
}
