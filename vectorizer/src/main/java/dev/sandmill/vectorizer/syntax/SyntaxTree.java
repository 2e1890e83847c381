package dev.sandmill.vectorizer.syntax;

import java.util.Arrays;
import org.treesitter.TSNode;
import org.treesitter.TSTree;
import org.treesitter.TSTreeCursor;

/// A parsed text and a position in it, at first the root. Holds native memory until it is closed; for one thread.
public final class SyntaxTree implements AutoCloseable {
    private static final int MAX_NAME_CHARS = 200;

    private final String text;
    private final int[] lineStarts;
    private final NodeRules rules;
    private final TSTree tree;
    private final TSTreeCursor cursor;

    SyntaxTree(String text, NodeRules rules, TSTree tree) {
        this.text = text;
        this.rules = rules;
        this.tree = tree;
        lineStarts = lineStarts(text);
        cursor = new TSTreeCursor(tree.getRootNode());
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[text.length() / 24 + 8];
        int lines = 1;
        for (int newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1)) {
            if (lines == starts.length) {
                starts = Arrays.copyOf(starts, starts.length * 2);
            }
            starts[lines++] = newline + 1;
        }
        return Arrays.copyOf(starts, lines);
    }

    public SyntaxNode node() {
        TSNode node = cursor.currentNode();
        return new SyntaxNode(this, node, rules.of(node.getSymbol()));
    }

    public boolean toFirstChild() {
        return cursor.gotoFirstChild();
    }

    public boolean toNextSibling() {
        return cursor.gotoNextSibling();
    }

    public boolean toParent() {
        return cursor.gotoParent();
    }

    int lineOf(int charOffset) {
        int at = Arrays.binarySearch(lineStarts, charOffset);
        return at >= 0 ? at : -at - 2;
    }

    boolean startsLine(int charOffset, int line) {
        for (int at = lineStarts[line]; at < charOffset; at++) {
            if (!Character.isWhitespace(text.charAt(at)) && text.charAt(at) != '\uFEFF') {
                return false;
            }
        }
        return true;
    }

    /// The node's text without whitespace, cut to the length of a sensible name.
    String nameText(TSNode node) {
        int from = node.getStartByte() / Character.BYTES;
        int to = node.getEndByte() / Character.BYTES;
        String name = text.substring(from, Math.min(to, from + MAX_NAME_CHARS));
        return name.strip().replaceAll("\\s+", "");
    }

    @Override
    public void close() {
        cursor.close();
        tree.close();
    }
}
