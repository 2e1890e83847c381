package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.treesitter.TSInputEncoding;
import org.treesitter.TSLanguage;
import org.treesitter.TSNode;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TSTreeCursor;
import org.treesitter.TreeSitterBash;
import org.treesitter.TreeSitterJavascript;
import org.treesitter.TreeSitterPython;
import org.treesitter.TreeSitterTypescript;

/// Tree-sitter, with its trees copied into Java and its memory given back before [#parse] returns. Thread-safe: each
/// call has a parser of its own; grammars are shared and never change.
final class TreeParser {
    /// Deeper trees are refused. CPython itself gives up at about 200 brackets and 1,000 nested expressions.
    static final int MAX_DEPTH = 1_500;

    private final ConcurrentHashMap<Dialect, TSLanguage> grammars = new ConcurrentHashMap<>();
    /// Steps of the parser between two looks at the budget, by the library's own count.
    private static final int STEPS_PER_LOOK = 100;

    private final long maxSteps;

    /// @param maxSteps what one parse may take; counted, not timed, so that the answer does not depend on how busy the
    ///     machine is
    TreeParser(long maxSteps) {
        this.maxSteps = maxSteps;
    }

    /// What came of a parse.
    sealed interface Parsed {
        record Tree(List<SyntaxNode> nodes, boolean broken) implements Parsed {}

        record TooDeep(int offset) implements Parsed {}

        record TooComplex(int offset) implements Parsed {}
    }

    Parsed parse(Dialect dialect, byte[] source) {
        TSLanguage grammar = grammars.computeIfAbsent(dialect, TreeParser::grammar);
        int[] reached = new int[1];
        long[] steps = new long[1];
        try (TSParser parser = new TSParser()) {
            parser.setLanguage(grammar);
            TSTree tree = parser.parseWithOptions(
                    new byte[32_768],
                    null,
                    (buffer, offset, point) -> {
                        int count = Math.max(0, Math.min(buffer.length, source.length - offset));
                        System.arraycopy(source, Math.min(offset, source.length), buffer, 0, count);
                        return count;
                    },
                    TSInputEncoding.TSInputEncodingUTF8,
                    state -> {
                        reached[0] = state.getCurrentByteOffset();
                        steps[0] += STEPS_PER_LOOK;
                        return steps[0] > maxSteps;
                    });
            if (tree == null) {
                return new Parsed.TooComplex(Math.clamp(reached[0], 0, source.length));
            }
            try (tree) {
                return copy(tree, grammar, source);
            }
        }
    }

    private static TSLanguage grammar(Dialect dialect) {
        return switch (dialect) {
            case PYTHON -> new TreeSitterPython();
            case JAVASCRIPT -> new TreeSitterJavascript();
            case TYPESCRIPT -> new TreeSitterTypescript();
            case BASH -> new TreeSitterBash();
            case OTHER -> throw new IllegalArgumentException("there is no grammar for " + dialect);
        };
    }

    private static Parsed copy(TSTree tree, TSLanguage grammar, byte[] source) {
        Names names = new Names(grammar);
        List<SyntaxNode> nodes = new ArrayList<>(source.length / 4 + 16);
        TSNode root = tree.getRootNode();
        try (TSTreeCursor cursor = new TSTreeCursor(root)) {
            SyntaxNode parent = null;
            int depth = 0;
            while (true) {
                SyntaxNode node = names.copy(cursor, source, parent);
                if (node != null && cursor.gotoFirstChild()) {
                    if (++depth > MAX_DEPTH) {
                        return new Parsed.TooDeep(node.start());
                    }
                    parent = node;
                    continue;
                }
                if (node != null) {
                    number(node, nodes);
                }
                while (!cursor.gotoNextSibling()) {
                    if (parent == null || !cursor.gotoParent()) {
                        return new Parsed.Tree(nodes, root.hasError());
                    }
                    number(parent, nodes);
                    parent = parent.parent();
                    depth--;
                }
            }
        }
    }

    private static void number(SyntaxNode node, List<SyntaxNode> nodes) {
        node.number(nodes.size());
        nodes.add(node);
    }

    /// Names of one grammar's symbols and fields, asked for once each: a call into native code costs more than a node.
    private static final class Names {
        private final TSLanguage grammar;
        private final @Nullable String[] kinds;
        private final boolean[] named;
        private final @Nullable String[] fields;

        Names(TSLanguage grammar) {
            this.grammar = grammar;
            kinds = new String[grammar.symbolCount()];
            named = new boolean[kinds.length];
            fields = new String[grammar.fieldCount() + 1];
        }

        /// Null for a token without a field and for comments, which nobody asks for.
        @Nullable SyntaxNode copy(TSTreeCursor cursor, byte[] source, @Nullable SyntaxNode parent) {
            TSNode node = cursor.currentNode();
            int symbol = node.getSymbol();
            String kind = "ERROR";
            boolean isNamed = true;
            if (symbol < kinds.length) {
                String known = kinds[symbol];
                if (known == null) {
                    known = node.getType().intern();
                    kinds[symbol] = known;
                    named[symbol] = node.isNamed();
                }
                kind = known;
                isNamed = named[symbol];
            }
            int fieldId = cursor.currentFieldId();
            if (!isNamed && fieldId == 0 || kind.equals("comment") || kind.equals("line_continuation")) {
                return null;
            }
            return new SyntaxNode(kind, field(fieldId), source, node.getStartByte(), node.getEndByte(), parent);
        }

        private @Nullable String field(int fieldId) {
            if (fieldId == 0) {
                return null;
            }
            String known = fields[fieldId];
            if (known == null) {
                known = grammar.fieldNameForId(fieldId).intern();
                fields[fieldId] = known;
            }
            return known;
        }
    }
}
