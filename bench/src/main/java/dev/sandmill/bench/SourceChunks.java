package dev.sandmill.bench;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.chunk.TokenCounter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Texts as the indexer makes them: the chunks of the Java files below a folder.
final class SourceChunks {
    private SourceChunks() {}

    /// @param maxTokens of a text, the model's own marks not counted
    static List<String> below(Path folder, TokenCounter counter, int maxTokens) throws IOException {
        Chunkers chunkers = new Chunkers(ChunkLimits.forMiniLm(), counter);
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
        List<String> texts = new ArrayList<>();
        for (Path file : files) {
            for (Chunk chunk : chunkers.chunk("java", Files.readString(file, StandardCharsets.UTF_8))) {
                String text = chunk.embeddingText();
                if (!chunk.isBlank() && counter.count(text) <= maxTokens) {
                    texts.add(text);
                }
            }
        }
        if (texts.isEmpty()) {
            throw new IOException("there is no Java source below " + folder.toAbsolutePath()
                    + "; call this in the folder of a project that has some");
        }
        return texts;
    }
}
