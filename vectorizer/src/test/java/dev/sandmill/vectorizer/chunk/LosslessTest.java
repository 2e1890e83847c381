package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.vectorizer.syntax.Grammars;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

final class LosslessTest {
    private static final ChunkLimits TIGHT = new ChunkLimits(24, 40, 10, 8, 300);

    private final Chunkers chunkers = new Chunkers(TIGHT, Counters::count);

    @Property(tries = 600)
    void chunksTileTheTextAndFitTheModel(@ForAll("languages") String language, @ForAll("sources") String source) {
        List<Chunk> chunks = chunkers.chunk(language, source);

        assertThat(chunks.stream().map(Chunk::text).collect(Collectors.joining()))
                .isEqualTo(source);
        int endByte = 0;
        int charsBefore = 0;
        for (Chunk chunk : chunks) {
            assertThat(chunk.text()).isNotEmpty();
            assertThat(chunk.startByte()).isEqualTo(endByte);
            endByte = chunk.endByte();
            assertThat(chunk.startLine()).isEqualTo(1 + newlines(source.substring(0, charsBefore)));
            charsBefore += chunk.text().length();
            assertThat(chunk.endLine()).isEqualTo(1 + newlines(source.substring(0, charsBefore - 1)));
            assertThat(Counters.count(chunk.embeddingText())).isLessThanOrEqualTo(TIGHT.maxTokens());
            assertThat(chunk.text().replace("\r\n", "\n").length()).isLessThanOrEqualTo(TIGHT.maxChars());
        }
        assertThat(endByte).isEqualTo(source.getBytes(StandardCharsets.UTF_8).length);
    }

    @Property(tries = 200)
    void theSameTextIsCutTheSameWay(@ForAll("languages") String language, @ForAll("sources") String source) {
        Chunkers others = new Chunkers(TIGHT, Counters::count);

        assertThat(others.chunk(language, source)).isEqualTo(chunkers.chunk(language, source));
    }

    @Property(tries = 200)
    void lineEndsChangeNeitherCutsNorFingerprints(
            @ForAll("languages") String language, @ForAll("shortLines") String source) {
        List<Chunk> unix = chunkers.chunk(language, source);
        List<Chunk> windows = chunkers.chunk(language, source.replace("\n", "\r\n"));

        assertThat(windows)
                .extracting(Chunk::startLine)
                .isEqualTo(unix.stream().map(Chunk::startLine).toList());
        assertThat(windows)
                .extracting(Chunk::fingerprint)
                .isEqualTo(unix.stream().map(Chunk::fingerprint).toList());
        assertThat(windows)
                .extracting(Chunk::embeddingText)
                .isEqualTo(unix.stream().map(Chunk::embeddingText).toList());
    }

    private static int newlines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }

    @Provide
    Arbitrary<String> languages() {
        List<String> all = new ArrayList<>(new Grammars().languages());
        Collections.sort(all);
        all.addAll(List.of("lua", "perl", "markdown", "text", "no such language"));
        return Arbitraries.of(all);
    }

    @Provide
    Arbitrary<String> sources() {
        Arbitrary<String> fragments = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of(FRAGMENTS)),
                Tuple.of(1, Arbitraries.strings().ofMaxLength(60)),
                Tuple.of(
                        1,
                        Arbitraries.strings().withChars("()[]{}<>\"'`\\;:#/*").ofMaxLength(60)));
        Arbitrary<String> lineEnds =
                Arbitraries.frequency(Tuple.of(10, "\n"), Tuple.of(2, "\r\n"), Tuple.of(1, ""), Tuple.of(1, "\r"));
        return Combinators.combine(fragments, lineEnds)
                .as((fragment, end) -> fragment + end)
                .list()
                .ofMaxSize(60)
                .map(lines -> String.join("", lines));
    }

    @Provide
    Arbitrary<String> shortLines() {
        return Arbitraries.of(FRAGMENTS)
                .filter(fragment -> !fragment.contains("\r") && fragment.length() < 60)
                .list()
                .ofMaxSize(60)
                .map(lines -> String.join("\n", lines));
    }

    private static final List<String> FRAGMENTS = List.of(
            "",
            "",
            "    ",
            "\t",
            "class Pool {",
            "class Pool:",
            "    def lease(self, key):",
            "        return self.idle.pop(key) if key else None",
            "    public int lease(String key) {",
            "        if (key.isEmpty()) { return 0; }",
            "    }",
            "}",
            "end",
            "fn lease(&mut self) -> Option<T> {",
            "func (p *Pool) Lease(key string) error {",
            "function lease(key) {",
            "// a comment about what follows",
            "# a comment, or a heading",
            "/* begins",
            "   ends */",
            "@Override",
            "@decorator(1, 2)",
            "#[derive(Debug)]",
            "import java.util.List;",
            "from os import path",
            "#include <stdio.h>",
            "#ifdef X",
            "#endif",
            "const überlänge = 'é😀 \uD83D' + \"\uDE00\";",
            "x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28]",
            "\"\"\"",
            "'''",
            "`",
            "<<EOF",
            "EOF",
            "?>",
            "<?php",
            "module M where",
            "lease :: Pool -> Item",
            "    where key = [x | x <- xs, odd x]",
            "{- nested {- comment -}",
            "let lease pool = (* begins",
            "*) begin match key with | {|raw",
            "|} -> end",
            "guard let x = y else { #if os(X)",
            "let s = #\"\\#(a) raw",
            "sub lease { my ($self) = @_;",
            "print <<~\"EOF\", q{ x }, s/a{2}/b/g;",
            "=pod",
            "=cut",
            "__END__",
            "module M",
            "namespace N {",
            "\uFEFF",
            "\u0000",
            "if (((((((((((((((",
            "abcdefghijklmnopqrstuvwxyz".repeat(20),
            "lorem ipsum dolor sit amet ".repeat(12),
            "}}}}}}");
}
