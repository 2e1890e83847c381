package dev.sandmill.sandbox.parser;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;

/// Nodes of a tree as they go over the pipe: each is opened before its children and written after them.
final class NodeWriter {
    private ByteBuffer written;
    private final Deque<Open> path = new ArrayDeque<>();

    private static final class Open {
        private final int start;
        private final int end;
        private final int symbol;
        private final int field;
        private int children;

        Open(int start, int end, int symbol, int field) {
            this.start = start;
            this.end = end;
            this.symbol = symbol;
            this.field = field;
        }
    }

    NodeWriter(int sourceBytes) {
        written = buffer((sourceBytes / 4 + 16) * FlatTree.NODE_BYTES);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    void open(int start, int end, int symbol, int field) {
        if (!path.isEmpty()) {
            path.element().children++;
        }
        path.push(new Open(start, end, symbol, field));
    }

    void close() {
        Open node = path.pop();
        if (written.remaining() < FlatTree.NODE_BYTES) {
            written = buffer(Math.multiplyExact(written.capacity(), 2)).put(written.flip());
        }
        written.putInt(node.start)
                .putInt(node.end)
                .putShort((short) node.symbol)
                .putShort((short) node.field)
                .putInt(node.children);
    }

    int startOfInnermost() {
        return path.element().start;
    }

    int count() {
        return written.position() / FlatTree.NODE_BYTES;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(written.array(), 0, written.position());
    }
}
