package dev.sandmill.sandbox.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node of a syntax tree. Trees hold named nodes and tokens that fill a field; other punctuation is left out.
/// Numbered in post-order: children have smaller numbers than their parent.
public final class SyntaxNode {
    private static final SourceText NO_TEXT = new SourceText(new byte[0]);

    private final String kind;
    private final @Nullable String field;
    private final SourceText source;
    private final int id;
    private final int start;
    private final int end;
    private final List<SyntaxNode> children;
    private @Nullable SyntaxNode parent;
    private @Nullable String text;

    SyntaxNode(
            String kind,
            @Nullable String field,
            SourceText source,
            int id,
            int start,
            int end,
            List<SyntaxNode> children) {
        this.kind = kind;
        this.field = field;
        this.source = source;
        this.id = id;
        this.start = start;
        this.end = end;
        this.children = children;
        for (int i = 0; i < children.size(); i++) {
            children.get(i).parent = this;
        }
    }

    /// A place in a file whose tree is another parser's: no text, no neighbours.
    static SyntaxNode place(String kind, int offset) {
        SyntaxNode node = new SyntaxNode(kind, null, NO_TEXT, 0, offset, offset, List.of());
        node.text = "";
        return node;
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

    /// What stands right before it, this many bytes where there are as many.
    String before(int bytes) {
        return source.of(Math.max(0, start - bytes), start);
    }

    /// What stands right after it, this many bytes where there are as many.
    String after(int bytes) {
        return source.of(end, end + bytes);
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

    /// The first child; a broken tree may lack any that the grammar asks for.
    public @Nullable SyntaxNode firstChild() {
        return children.isEmpty() ? null : children.getFirst();
    }

    public @Nullable SyntaxNode lastChild() {
        return children.isEmpty() ? null : children.getLast();
    }

    /// The first child in a field.
    public @Nullable SyntaxNode child(String fieldName) {
        for (int i = 0; i < children.size(); i++) {
            SyntaxNode child = children.get(i);
            if (fieldName.equals(child.field)) {
                return child;
            }
        }
        return null;
    }

    public boolean parentIs(String kindName) {
        return parent != null && parent.is(kindName);
    }

    /// The characters that this node covers.
    public String text() {
        String known = text;
        if (known == null) {
            known = source.of(start, end);
            text = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return kind + "@" + start;
    }
}
