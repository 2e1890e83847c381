package dev.sandmill.orchestrator.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.DeflaterOutputStream;

/// A pack, object by object, that need not be an honest one.
final class HostilePack {
    static final int TREE = 2;
    static final int BLOB = 3;
    private static final int DELTA = 6;
    private static final int COPY_BYTES = 1 << 16;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    HostilePack(int objects) {
        bytes.writeBytes(ByteBuffer.allocate(12)
                .put(new byte[] {'P', 'A', 'C', 'K'})
                .putInt(2)
                .putInt(objects)
                .array());
    }

    /// Returns where it is.
    int object(int type, long claimedSize, byte[] content) {
        int at = bytes.size();
        header(type, claimedSize);
        deflate(content);
        return at;
    }

    /// An object of many copies of the first 64 KiB of another one, and a byte that tells it from its like. Returns
    /// where it
    /// is.
    int copies(int base, long baseSize, int copies, int mark) {
        int at = bytes.size();
        ByteArrayOutputStream delta = new ByteArrayOutputStream();
        varint(delta, baseSize);
        varint(delta, sizeOf(copies));
        for (int copy = 0; copy < copies; copy++) {
            delta.write(0x80);
        }
        delta.write(1);
        delta.write(mark);
        header(DELTA, delta.size());
        offset(at - base);
        deflate(delta.toByteArray());
        return at;
    }

    static long sizeOf(int copies) {
        return (long) copies * COPY_BYTES + 1;
    }

    byte[] ended() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(bytes.toByteArray());
            bytes.writeBytes(digest);
            return bytes.toByteArray();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void header(int type, long size) {
        long rest = size >> 4;
        bytes.write((int) (type << 4 | size & 15 | (rest > 0 ? 0x80 : 0)));
        if (rest > 0) {
            varint(bytes, rest);
        }
    }

    private static void varint(ByteArrayOutputStream out, long number) {
        long rest = number;
        while (rest > 127) {
            out.write((int) (rest & 127 | 128));
            rest >>= 7;
        }
        out.write((int) rest);
    }

    private void offset(int distance) {
        byte[] backwards = new byte[5];
        int at = backwards.length - 1;
        int rest = distance;
        backwards[at] = (byte) (rest & 127);
        for (rest >>= 7; rest > 0; rest >>= 7) {
            rest--;
            backwards[--at] = (byte) (rest & 127 | 128);
        }
        bytes.write(backwards, at, backwards.length - at);
    }

    private void deflate(byte[] content) {
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(content);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
