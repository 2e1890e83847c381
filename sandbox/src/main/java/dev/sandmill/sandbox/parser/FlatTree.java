package dev.sandmill.sandbox.parser;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A syntax tree as the parser wrote it down: nodes in post-order, each with the number of its children. Checked: every
/// node lies within the source, and all of them form one tree.
public final class FlatTree {
    static final int NODE_BYTES = 16;
    static final int UNKNOWN_SYMBOL = 0xffff;

    private final ByteBuffer nodes;
    private final int size;
    private final boolean broken;
    private final GrammarNames names;

    private FlatTree(ByteBuffer nodes, boolean broken, GrammarNames names) {
        this.nodes = nodes;
        this.size = nodes.capacity() / NODE_BYTES;
        this.broken = broken;
        this.names = names;
    }

    /// @throws MalformedAnswer for what is no tree of a source of that length
    static FlatTree of(byte[] written, boolean broken, GrammarNames names, int sourceBytes) throws MalformedAnswer {
        FlatTree tree = new FlatTree(ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN), broken, names);
        int roots = 0;
        for (int node = 0; node < tree.size; node++) {
            int children = tree.children(node);
            if (tree.start(node) < 0
                    || tree.end(node) < tree.start(node)
                    || tree.end(node) > sourceBytes
                    || children < 0
                    || children > roots
                    || !names.knows(tree.symbol(node), tree.fieldNumber(node))) {
                throw new MalformedAnswer("its node " + node + " is none");
            }
            roots += 1 - children;
        }
        if (roots != 1) {
            throw new MalformedAnswer("it has " + roots + " roots");
        }
        return tree;
    }

    public int size() {
        return size;
    }

    /// Whether the grammar met something that it does not know.
    public boolean broken() {
        return broken;
    }

    /// Offset of the node's first byte.
    public int start(int node) {
        return nodes.getInt(node * NODE_BYTES);
    }

    /// Offset after its last byte.
    public int end(int node) {
        return nodes.getInt(node * NODE_BYTES + 4);
    }

    /// How many of the nodes before it, that have no parent yet, are its children.
    public int children(int node) {
        return nodes.getInt(node * NODE_BYTES + 12);
    }

    /// The grammar's name for what it is; the same object for the same name.
    public String kind(int node) {
        return names.kind(symbol(node));
    }

    /// The field that it fills in its parent, empty for none.
    public String field(int node) {
        return names.field(fieldNumber(node));
    }

    private int symbol(int node) {
        return Short.toUnsignedInt(nodes.getShort(node * NODE_BYTES + 8));
    }

    private int fieldNumber(int node) {
        return Short.toUnsignedInt(nodes.getShort(node * NODE_BYTES + 10));
    }
}
