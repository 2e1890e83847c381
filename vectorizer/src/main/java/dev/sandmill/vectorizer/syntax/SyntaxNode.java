package dev.sandmill.vectorizer.syntax;

import org.jspecify.annotations.Nullable;
import org.treesitter.TSNode;

/// One node of a tree that is still open. Lines are counted from 0.
public final class SyntaxNode {
    private final SyntaxTree tree;
    private final TSNode node;
    private final NodeRules.Rule rule;

    SyntaxNode(SyntaxTree tree, TSNode node, NodeRules.Rule rule) {
        this.tree = tree;
        this.node = node;
        this.rule = rule;
    }

    /// Whether it stands for something, not just for punctuation or a keyword.
    public boolean isNamed() {
        return rule.named();
    }

    /// Whether it is a comment, an attribute or a decorator, which belongs to what follows.
    public boolean leadsToNext() {
        return rule.leads();
    }

    /// Whether it only wraps a definition: `export`, `template`, decorators.
    public boolean wraps() {
        return rule.wraps();
    }

    /// Where on which lines; asked of the parser each time.
    public Extent extent() {
        int startChar = node.getStartByte() / Character.BYTES;
        int endChar = node.getEndByte() / Character.BYTES;
        int startLine = tree.lineOf(startChar);
        int endLine = tree.lineOf(Math.max(startChar, endChar - 1)) + 1;
        return new Extent(startLine, endLine, tree.startsLine(startChar, startLine));
    }

    /// What it defines; null if nothing, or nothing with a name.
    public @Nullable Named named() {
        DefinitionKind kind = rule.kind();
        if (kind == null) {
            return null;
        }
        TSNode name = rule.naming().nameOf(node);
        if (name == null) {
            return null;
        }
        String text = rule.naming().qualified(node, name, tree);
        return text.isEmpty() ? null : new Named(kind, text, tree.lineOf(name.getStartByte() / Character.BYTES));
    }

    /// @param endLine exclusive
    /// @param startsItsLine whether only whitespace precedes it there
    public record Extent(int startLine, int endLine, boolean startsItsLine) {}

    /// @param line where the name stands, from 0
    public record Named(DefinitionKind kind, String name, int line) {}
}
