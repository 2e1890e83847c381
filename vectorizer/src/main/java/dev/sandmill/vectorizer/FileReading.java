package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.chunk.Chunker;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SkipReason;
import dev.sandmill.vectorizer.source.SourceFilter;
import dev.sandmill.vectorizer.source.SourceText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    Outcome read(FileChange.Put put) {
        String path = put.path();
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            return new Outcome.Failed("the path is empty or has a NUL in it");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            return new Outcome.Failed("the path is longer than " + MAX_PATH_BYTES + " bytes");
        }
        try {
            return readSource(put);
        } catch (RuntimeException | StackOverflowError defect) {
            LOG.warn("cannot read {}", path, defect);
            return new Outcome.Failed("could not be read: " + defect);
        }
    }

    private Outcome readSource(FileChange.Put put) {
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
        String language = languageOf.of(path, text.get());
        List<Map.Entry<String, Chunk>> chunks = chunker.chunk(language, text.get()).stream()
                .filter(chunk -> !chunk.isBlank())
                .map(chunk -> Map.entry(chunk.fingerprint(), chunk))
                .toList();
        return new Outcome.Read(new ReadFile(path, put.blobId(), language, chunks));
    }

    /// What came of one file.
    sealed interface Outcome {
        record Read(ReadFile file) implements Outcome {}

        record Skipped(String reason) implements Outcome {}

        record Failed(String reason) implements Outcome {}
    }
}
