package dev.sandmill.sandbox.parser;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A syntax tree as the parser wrote it down: nodes in post-order, each with the number of its children. Checked: every
/// node lies within the source, and all of them form one tree.
public final class FlatTree {
    static final int NODE_BYTES = 16;
    private static final int NODE_INTS = 4;
    static final int UNKNOWN_SYMBOL = 0xffff;

    /// Four to a node.
    private final int[] nodes;
    private final int size;
    private final boolean broken;
    private final GrammarNames names;

    private FlatTree(int[] nodes, boolean broken, GrammarNames names) {
        this.nodes = nodes;
        this.size = nodes.length / NODE_INTS;
        this.broken = broken;
        this.names = names;
    }

    /// @throws MalformedAnswer for what is no tree of a source of that length
    static FlatTree of(byte[] written, boolean broken, GrammarNames names, int sourceBytes) throws MalformedAnswer {
        int[] nodes = new int[written.length / NODE_BYTES * NODE_INTS];
        ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(nodes);
        FlatTree tree = new FlatTree(nodes, broken, names);
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
        return nodes[node * NODE_INTS];
    }

    /// Offset after its last byte.
    public int end(int node) {
        return nodes[node * NODE_INTS + 1];
    }

    /// How many of the nodes before it, that have no parent yet, are its children.
    public int children(int node) {
        return nodes[node * NODE_INTS + 3];
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
        return nodes[node * NODE_INTS + 2] & 0xffff;
    }

    private int fieldNumber(int node) {
        return nodes[node * NODE_INTS + 2] >>> 16;
    }
}
