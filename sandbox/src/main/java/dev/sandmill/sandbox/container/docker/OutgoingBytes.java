package dev.sandmill.sandbox.container.docker;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Bytes on their way into a container: written here, read by the Docker client's own thread, which flushes after
/// every read. Bounded.
final class OutgoingBytes extends InputStream {
    private static final int QUEUE_MAX = 256;
    private static final long WRITE_PATIENCE_SECONDS = 10;
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private byte[] current = END;
    private int position;
    private boolean ended;

    /// False when the container has not taken anything for a long time.
    boolean offer(byte[] bytes) throws InterruptedException {
        return bytes.length == 0 || queue.offer(bytes) || queue.offer(bytes, WRITE_PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void end() {
        while (!queue.offer(END)) {
            queue.clear();
        }
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws InterruptedIOException {
        if (position == current.length && !next()) {
            return -1;
        }
        int taken = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, taken);
        position += taken;
        return taken;
    }

    private boolean next() throws InterruptedIOException {
        if (ended) {
            return false;
        }
        try {
            current = queue.take();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for bytes to send");
        }
        position = 0;
        ended = current.length == 0;
        return !ended;
    }
}
