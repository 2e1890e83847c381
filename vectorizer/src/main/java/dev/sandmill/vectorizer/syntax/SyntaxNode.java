package dev.sandmill.vectorizer.syntax;

import org.jspecify.annotations.Nullable;
import org.treesitter.TSNode;

/// One node of a tree that is still open. Lines are counted from 0.
public final class SyntaxNode {
    private final SyntaxTree tree;
    private final TSNode node;
    private final NodeRules.Rule rule;
    private final int startChar;
    private final int startLine;
    private final int endLine;

    SyntaxNode(SyntaxTree tree, TSNode node, NodeRules.Rule rule) {
        this.tree = tree;
        this.node = node;
        this.rule = rule;
        startChar = node.getStartByte() / Character.BYTES;
        int endChar = node.getEndByte() / Character.BYTES;
        startLine = tree.lineOf(startChar);
        endLine = tree.lineOf(Math.max(startChar, endChar - 1)) + 1;
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

    public int startLine() {
        return startLine;
    }

    /// Exclusive.
    public int endLine() {
        return endLine;
    }

    /// Whether only whitespace precedes it on its line.
    public boolean startsItsLine() {
        return tree.startsLine(startChar, startLine);
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

    /// @param line where the name stands, from 0
    public record Named(DefinitionKind kind, String name, int line) {}
}
