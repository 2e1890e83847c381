package dev.sandmill.vectorizer.embed.table;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.chunk.ChunkKind;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.embed.onnx.MiniLmTokens;
import dev.sandmill.vectorizer.source.LanguageOf;
import dev.sandmill.vectorizer.source.SourceFilter;
import dev.sandmill.vectorizer.source.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Texts to fit a table on: functions and methods that say in words what they do, since those are what people search.
/// Tests, generated files and what the index would leave out are left out here too.
final class TrainingTexts {
    private static final int MIN_TOKENS = 20;
    private static final long MAX_FILE_BYTES = 200_000;
    private static final int SEED = 1;
    private static final Pattern TEST = Pattern.compile(
            "(^|.*/)(tests?|testing|testdata|conftest[^/]*|test_[^/]*|[^/]*_test\\.[a-z]+|[^/]*test\\.java)(/.*|$)");

    private final MiniLmTokens tokens;
    private final Chunkers chunkers;
    private final LanguageOf languageOf = new LanguageOf();
    private final SourceFilter filter = new SourceFilter(MAX_FILE_BYTES, languageOf);

    TrainingTexts(MiniLmTokens tokens) {
        this.tokens = tokens;
        this.chunkers = new Chunkers(ChunkLimits.forMiniLm(), tokens::count);
    }

    /// Each once, in an order that is random and always the same.
    List<String> of(String language, List<String> folders) throws IOException {
        Set<String> texts = new LinkedHashSet<>();
        for (String name : folders) {
            Path folder = Path.of(name);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    addTexts(folder.relativize(file).toString(), file, language, texts);
                }
            }
        }
        List<String> shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, new Random(SEED));
        return shuffled;
    }

    private void addTexts(String path, Path file, String language, Set<String> texts) throws IOException {
        if (!languageOf.of(path).equals(language)
                || TEST.matcher(path.toLowerCase(Locale.ROOT)).matches()
                || filter.byPath(path, Files.size(file)).isPresent()) {
            return;
        }
        byte[] bytes = Files.readAllBytes(file);
        if (filter.byContent(path, bytes).isPresent()) {
            return;
        }
        for (Chunk chunk : chunkers.chunk(language, SourceText.decode(bytes).orElseThrow())) {
            String text = chunk.embeddingText();
            if (isFunction(chunk) && isExplained(text, language) && tokens.count(text) >= MIN_TOKENS) {
                texts.add(text);
            }
        }
    }

    private static boolean isFunction(Chunk chunk) {
        return chunk.kind() == ChunkKind.FUNCTION || chunk.kind() == ChunkKind.METHOD;
    }

    private static boolean isExplained(String text, String language) {
        return language.equals("python")
                ? text.contains("\"\"\"") || text.contains("'''")
                : text.contains("/*") || text.contains("//");
    }
}
