package dev.sandmill.vectorizer.embed.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the tokenizer to Hugging Face's own.
class WordPiecesIT {
    private static WordPieces ours;
    private static HuggingFaceTokenizer reference;

    @BeforeAll
    static void load(@TempDir Path cache) throws IOException {
        System.setProperty("DJL_OFFLINE", "true");
        System.setProperty("DJL_CACHE_DIR", cache.toString());
        byte[] json = MiniLm.load().tokenizer();
        ours = TokenizerFile.read(json);
        reference = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json), Map.of("truncation", "false", "padding", "false"));
    }

    @AfterAll
    static void close() {
        reference.close();
    }

    @Test
    void everyTextOfThisModuleIsCutAsByTheReference() throws IOException {
        int files = 0;
        try (Stream<Path> paths = Files.walk(Path.of("src"))) {
            for (Path path : paths.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".bin"))
                    .toList()) {
                String text = Files.readString(path);
                assertSame(text);
                text.lines()
                        .forEach(
                                line -> assertThat(ours.count(line)).as(line).isEqualTo(referenceIds(line).length - 2));
                files++;
            }
        }
        assertThat(files).isGreaterThan(50);
    }

    @Test
    void namedHardCasesAreCutAsByTheReference() {
        for (String text : List.of(
                "",
                " ",
                "\n\t\r\0",
                "ÀÉîõü Straße ÅNGSTRÖM",
                "ΑΣ ΣΑΣ",
                "中文字符abc日本語テスト한국어",
                "a\u0301e\u0308",
                "x\u200by\u00adz",
                "😀👩‍👩‍👧‍👦🇩🇪",
                "\uD800 lone \uDC00",
                "[CLS] [SEP][MASK]x[PAD [UNK]] [[CLS]]",
                "a".repeat(100),
                "a".repeat(101),
                "ab".repeat(5_000),
                "don't --flag=\"$VAR\" `x`^~|<>",
                "\u2028\u2029\u00a0\u3000\u0085",
                "İstanbul ẞ ǅ ﬁ Ⅷ",
                "1234567890.5e-10",
                "¡¿«»—…№™")) {
            assertSame(text);
        }
    }

    @Test
    void randomTextOfTheOldPlanesIsCutAsByTheReference() {
        Random random = new Random(42);
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(60);
            for (int at = 0; at < length; at++) {
                int[] ranges = {0x80, 0x250, 0x370};
                text.append((char) random.nextInt(ranges[random.nextInt(ranges.length)]));
            }
            assertSame(text.toString());
        }
    }

    @Test
    void aCutTextKeepsItsFirstPiecesBetweenTheMarks() {
        long[] whole = ours.encode("alpha beta gamma delta ".repeat(100), Integer.MAX_VALUE);
        long[] cut = ours.encode("alpha beta gamma delta ".repeat(100), 256);

        assertThat(cut).hasSize(256).startsWith(101).endsWith(102);
        assertThat(Arrays.copyOf(cut, 255)).isEqualTo(Arrays.copyOf(whole, 255));
    }

    private static void assertSame(String text) {
        assertThat(ours.encode(text, Integer.MAX_VALUE)).as(text).isEqualTo(referenceIds(text));
    }

    private static long[] referenceIds(String text) {
        return reference.encode(text).getIds();
    }
}
