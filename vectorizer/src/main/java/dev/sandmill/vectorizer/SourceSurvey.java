package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.embed.onnx.MiniLmTokens;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SourceFilter;

/// Reads and cuts files as indexing would, and counts; nothing is embedded or stored. Tokens are those of the packaged
/// model; another model's differ by some percent. Thread-safe.
public final class SourceSurvey {
    private final MiniLmTokens tokens;
    private final FileReading reading;

    private SourceSurvey(MiniLmTokens tokens, FileReading reading) {
        this.tokens = tokens;
        this.reading = reading;
    }

    /// @param maxFileBytes above which a file is not source
    public static SourceSurvey open(long maxFileBytes) {
        MiniLmTokens tokens = MiniLmTokens.load();
        LanguageOf languageOf = new LanguageOf();
        return new SourceSurvey(
                tokens,
                new FileReading(
                        new SourceFilter(maxFileBytes, languageOf),
                        languageOf,
                        new Chunkers(ChunkLimits.forMiniLm(), tokens::count)));
    }

    /// What would come of a file.
    public sealed interface Surveyed {
        /// @param tokens that a model would be given, headers included
        record Source(String language, int chunks, long tokens) implements Surveyed {}

        record Skipped(String reason) implements Surveyed {}

        record Failed(String reason) implements Surveyed {}
    }

    public Surveyed of(FileChange.Put file) {
        return switch (reading.read(file)) {
            case FileReading.Outcome.Skipped(var reason) -> new Surveyed.Skipped(reason);
            case FileReading.Outcome.Failed(var reason) -> new Surveyed.Failed(reason);
            case FileReading.Outcome.Source uncut ->
                throw new IllegalStateException(uncut.path() + " was read and not cut");
            case FileReading.Outcome.Read(var read, var endedParser) ->
                new Surveyed.Source(
                        read.language(),
                        read.chunks().size(),
                        read.chunks().stream()
                                .mapToLong(
                                        chunk -> tokens.count(chunk.getValue().embeddingText()))
                                .sum());
        };
    }
}
