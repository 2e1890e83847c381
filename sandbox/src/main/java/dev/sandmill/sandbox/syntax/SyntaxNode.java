package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of a syntax tree, copied out of the parser's memory. Keeps named nodes and tokens that fill a field;
/// other punctuation is left out. Numbered in post-order: children have smaller numbers than their parent.
public final class SyntaxNode {
    private static final int MAX_KEPT_BYTES = 48;

    private final String kind;
    private final @Nullable String field;
    private final byte[] source;
    private final int start;
    private final @Nullable SyntaxNode parent;
    private final List<SyntaxNode> children = new ArrayList<>(2);
    private final int end;
    private int id;
    private @Nullable String text;

    SyntaxNode(String kind, @Nullable String field, byte[] source, int start, int end, @Nullable SyntaxNode parent) {
        this.kind = kind;
        this.field = field;
        this.source = source;
        this.start = start;
        this.end = end;
        this.parent = parent;
        if (parent != null) {
            parent.children.add(this);
        }
    }

    void number(int newId) {
        id = newId;
    }

    /// The grammar's name for what this is, for instance `call`.
    public String kind() {
        return kind;
    }

    public boolean is(String kindName) {
        return kind.equals(kindName);
    }

    /// The field that this node fills in its parent, for instance `left`.
    public @Nullable String field() {
        return field;
    }

    public int id() {
        return id;
    }

    /// Offset of the first byte.
    public int start() {
        return start;
    }

    /// Offset after the last byte.
    public int end() {
        return end;
    }

    public @Nullable SyntaxNode parent() {
        return parent;
    }

    /// In source order; the list is not to be changed.
    public List<SyntaxNode> children() {
        return children;
    }

    /// The first child in a field.
    public @Nullable SyntaxNode child(String fieldName) {
        for (SyntaxNode child : children) {
            if (fieldName.equals(child.field)) {
                return child;
            }
        }
        return null;
    }

    public boolean parentIs(String kindName) {
        return parent != null && parent.is(kindName);
    }

    /// The characters that this node covers. Short ones are kept: names are asked for again and again.
    public String text() {
        String known = text;
        if (known == null) {
            known = new String(source, start, end - start, StandardCharsets.UTF_8);
            if (end - start <= MAX_KEPT_BYTES) {
                text = known;
            }
        }
        return known;
    }

    @Override
    public String toString() {
        return kind + "@" + start;
    }
}
