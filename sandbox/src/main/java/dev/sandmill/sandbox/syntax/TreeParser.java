package dev.sandmill.sandbox.syntax;

import dev.sandmill.sandbox.parser.FlatTree;
import dev.sandmill.sandbox.parser.ParseAnswer;
import dev.sandmill.sandbox.parser.Parsers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Parses the files of one program, and the code in its texts. All of them together have [#MOST_TIME].
final class TreeParser {
    /// Deeper trees are refused. CPython itself gives up at about 200 brackets and 1,000 nested expressions.
    static final int MAX_DEPTH = 1_500;

    /// For one parse, counted by the grammar's library: the same answer however busy the machine is.
    private static final long MAX_STEPS = 10_000_000;

    /// The watchdog's limit: a program may have many texts that each take nearly as long as one parse may.
    private static final Duration MOST_TIME = Duration.ofSeconds(5);

    private final Parsers parsers;
    private long nanosLeft = MOST_TIME.toNanos();

    TreeParser(Parsers parsers) {
        this.parsers = parsers;
    }

    /// What came of a parse.
    sealed interface Parsed {
        record Tree(List<SyntaxNode> nodes, boolean broken) implements Parsed {}

        record TooDeep(int offset) implements Parsed {}

        /// @param why for people
        record TooComplex(int offset, String why) implements Parsed {}
    }

    Parsed parse(Dialect dialect, byte[] source) {
        if (source.length > SyntaxReader.MAX_SOURCE_BYTES) {
            return new Parsed.TooComplex(0, "the code is larger than " + SyntaxReader.MAX_SOURCE_BYTES + " bytes");
        }
        if (nanosLeft <= 0) {
            return new Parsed.TooComplex(
                    0, "the program takes its parser more than " + MOST_TIME.toSeconds() + " s altogether");
        }
        long start = System.nanoTime();
        ParseAnswer answer = parsers.parse(grammar(dialect), source, MAX_STEPS, MAX_DEPTH);
        nanosLeft -= System.nanoTime() - start;
        return switch (answer) {
            case ParseAnswer.Parsed(FlatTree tree) -> new Parsed.Tree(nodes(tree, source), tree.broken());
            case ParseAnswer.TooDeep(int offset) -> new Parsed.TooDeep(offset);
            case ParseAnswer.OverLimit(int offset, String limit) ->
                new Parsed.TooComplex(offset, "the source cannot be checked: it takes its parser more than " + limit);
            case ParseAnswer.Ended() ->
                new Parsed.TooComplex(0, "the source cannot be checked: its parser ends when it reads it");
        };
    }

    private static String grammar(Dialect dialect) {
        return switch (dialect) {
            case PYTHON -> "python";
            case JAVASCRIPT -> "javascript";
            case TYPESCRIPT -> "typescript";
            case BASH -> "bash";
            case JAVA, OTHER -> throw new IllegalArgumentException("there is no grammar for " + dialect);
        };
    }

    /// In post-order: a node's children are the latest ones before it that have no parent yet.
    private static List<SyntaxNode> nodes(FlatTree tree, byte[] source) {
        SourceText text = new SourceText(source);
        SyntaxNode[] nodes = new SyntaxNode[tree.size()];
        SyntaxNode[] waiting = new SyntaxNode[Math.min(nodes.length, MAX_DEPTH)];
        int waits = 0;
        for (int id = 0; id < nodes.length; id++) {
            int count = tree.children(id);
            List<SyntaxNode> children = List.of();
            if (count > 0) {
                children = Arrays.asList(Arrays.copyOfRange(waiting, waits - count, waits));
                waits -= count;
            }
            String field = tree.field(id);
            SyntaxNode node = new SyntaxNode(
                    tree.kind(id), field.isEmpty() ? null : field, text, id, tree.start(id), tree.end(id), children);
            nodes[id] = node;
            if (waits == waiting.length) {
                waiting = Arrays.copyOf(waiting, 2 * waits);
            }
            waiting[waits++] = node;
        }
        return Arrays.asList(nodes);
    }
}
