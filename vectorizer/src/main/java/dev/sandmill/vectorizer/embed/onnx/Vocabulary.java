package dev.sandmill.vectorizer.embed.onnx;

import java.util.Arrays;
import java.util.Map;

/// The word pieces of a BERT vocabulary as two tries in one table: pieces that begin a word and pieces that continue
/// one. Immutable, thread-safe. The table is an open-addressed hash from (node, character) to the next node.
final class Vocabulary {
    /// No piece ends or continues here.
    static final int NONE = -1;

    private static final int FIRST = 0;
    private static final int CONTINUED = 1;
    private static final String CONTINUATION = "##";

    private final long[] keys;
    private final int[] next;
    private final int[] pieceOfNode;
    private final int mask;

    private Vocabulary(long[] keys, int[] next, int[] pieceOfNode) {
        this.keys = keys;
        this.next = next;
        this.pieceOfNode = pieceOfNode;
        this.mask = keys.length - 1;
    }

    static Vocabulary of(Map<String, Integer> idOfPiece) {
        long characters = idOfPiece.keySet().stream().mapToLong(String::length).sum();
        int capacity = Integer.highestOneBit((int) Math.min(1 << 26, characters + 16)) * 4;
        long[] keys = new long[capacity];
        Arrays.fill(keys, NONE);
        int[] next = new int[capacity];
        int[] pieceOfNode = new int[(int) characters + 2];
        Arrays.fill(pieceOfNode, NONE);
        int nodes = 2;
        for (Map.Entry<String, Integer> entry : idOfPiece.entrySet()) {
            String piece = entry.getKey();
            boolean continues = piece.startsWith(CONTINUATION) && piece.length() > CONTINUATION.length();
            int node = continues ? CONTINUED : FIRST;
            for (int at = continues ? CONTINUATION.length() : 0; at < piece.length(); at++) {
                long key = key(node, piece.charAt(at));
                int slot = slot(key, capacity - 1);
                while (keys[slot] != NONE && keys[slot] != key) {
                    slot = (slot + 1) & (capacity - 1);
                }
                if (keys[slot] == NONE) {
                    keys[slot] = key;
                    next[slot] = nodes++;
                }
                node = next[slot];
            }
            pieceOfNode[node] = entry.getValue();
        }
        return new Vocabulary(keys, next, Arrays.copyOf(pieceOfNode, nodes));
    }

    /// Where matching starts.
    int root(boolean continues) {
        return continues ? CONTINUED : FIRST;
    }

    /// The node after `node` and `character`, or [#NONE].
    int step(int node, char character) {
        long key = key(node, character);
        int slot = slot(key, mask);
        while (keys[slot] != NONE) {
            if (keys[slot] == key) {
                return next[slot];
            }
            slot = (slot + 1) & mask;
        }
        return NONE;
    }

    /// The id of the piece that ends at `node`, or [#NONE].
    int piece(int node) {
        return pieceOfNode[node];
    }

    private static long key(int node, char character) {
        return ((long) node << 16) | character;
    }

    private static int slot(long key, int mask) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & mask;
    }
}
