package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.chunk.Chunker;
import dev.sandmill.vectorizer.chunk.Cut;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SkipReason;
import dev.sandmill.vectorizer.source.SourceFilter;
import dev.sandmill.vectorizer.source.SourceText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From a file's bytes to its chunks: filtered, decoded, cut. Whatever is in the file, the next one is read too.
final class FileReading {
    /// Longest path that the index takes, in UTF-8.
    static final int MAX_PATH_BYTES = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(FileReading.class);

    private final SourceFilter filter;
    private final LanguageOf languageOf;
    private final Chunker chunker;

    FileReading(SourceFilter filter, LanguageOf languageOf, Chunker chunker) {
        this.filter = filter;
        this.languageOf = languageOf;
        this.chunker = chunker;
    }

    /// Filtered, decoded and cut.
    Outcome read(FileChange.Put put) {
        return switch (source(put)) {
            case Outcome.Source source -> cut(source);
            case Outcome other -> other;
        };
    }

    /// Filtered and decoded: a source, or what keeps it from being one.
    Outcome source(FileChange.Put put) {
        String path = put.path();
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            return new Outcome.Failed("the path is empty or has a NUL in it");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            return new Outcome.Failed("the path is longer than " + MAX_PATH_BYTES + " bytes");
        }
        try {
            return filtered(put);
        } catch (RuntimeException | StackOverflowError defect) {
            return failed(path, defect);
        }
    }

    private Outcome filtered(FileChange.Put put) {
        String path = put.path();
        Optional<SkipReason> byPath = filter.byPath(path, put.content().size());
        if (byPath.isPresent()) {
            return new Outcome.Skipped(byPath.get().wireName());
        }
        byte[] bytes = put.content().toByteArray();
        Optional<SkipReason> byContent = filter.byContent(path, bytes);
        if (byContent.isPresent()) {
            return new Outcome.Skipped(byContent.get().wireName());
        }
        Optional<String> text = SourceText.decode(bytes);
        if (text.isEmpty()) {
            return new Outcome.Skipped(SkipReason.NOT_TEXT.wireName());
        }
        return new Outcome.Source(path, put.blobId(), languageOf.of(path, text.get()), text.get());
    }

    /// A source in pieces.
    Outcome cut(Outcome.Source source) {
        try {
            Cut cut = chunker.cut(source.language(), source.text());
            if (cut.endedParser() != null) {
                LOG.warn("{} is cut by lines: it {}", source.path(), cut.endedParser());
            }
            return source.inPieces(
                    cut.chunks().stream()
                            .filter(chunk -> !chunk.isBlank())
                            .map(chunk -> Map.entry(chunk.fingerprint(), chunk))
                            .toList(),
                    cut.endedParser());
        } catch (RuntimeException | StackOverflowError defect) {
            return failed(source.path(), defect);
        }
    }

    private static Outcome failed(String path, Throwable defect) {
        LOG.warn("cannot read {}", path, defect);
        return new Outcome.Failed("could not be read: " + defect);
    }

    /// What came of one file.
    sealed interface Outcome {
        record Source(String path, String blobId, String language, String text) implements Outcome {
            Read inPieces(List<Map.Entry<String, Chunk>> chunks, @Nullable String endedParser) {
                return new Read(new ReadFile(path, blobId, language, chunks), endedParser);
            }
        }

        /// @param endedParser why it was cut by lines though it might have been cut at syntax; null where it was not
        record Read(ReadFile file, @Nullable String endedParser) implements Outcome {}

        record Skipped(String reason) implements Outcome {}

        record Failed(String reason) implements Outcome {}
    }
}
