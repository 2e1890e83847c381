package dev.sandmill.sandbox.container.docker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A container's init at the other end of two connections, without the engine in between. Two, because a channel that
/// is read from with patience is closed by an interrupt of whoever writes.
final class DirectLine {
    private static final Logger LOG = LoggerFactory.getLogger(DirectLine.class);
    private static final int PIECE_BYTES = 64 << 10;
    /// As long as init takes nothing at all.
    private static final long WRITE_PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private static final long LOOK_NANOS = Duration.ofMillis(1).toNanos();

    private final SocketChannel toInit;
    private final SocketChannel fromInit;
    private final CountDownLatch over = new CountDownLatch(1);

    DirectLine(SocketChannel toInit, SocketChannel fromInit) throws IOException {
        this.toInit = toInit;
        this.fromInit = fromInit;
        toInit.configureBlocking(false);
    }

    /// Passes on what init says, on a thread of its own, until there is nothing more; then says so.
    void listen(String container, Consumer<byte[]> piece, Runnable end) {
        Thread.ofPlatform().daemon().name("sandbox-line-" + container).start(() -> {
            try {
                ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
                while (fromInit.read(buffer.clear()) >= 0) {
                    byte[] bytes = new byte[buffer.flip().remaining()];
                    buffer.get(bytes);
                    piece.accept(bytes);
                }
            } catch (IOException broken) {
                LOG.debug("container {}: {}", container, broken.toString());
            } finally {
                over.countDown();
                end.run();
            }
        });
    }

    /// False when init has not taken anything for a long time. What is sent to one that has ended counts as sent:
    /// whoever waits for its answer is told why there is none.
    boolean send(byte[] bytes) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        boolean interrupted = false;
        try {
            long deadline = System.nanoTime() + WRITE_PATIENCE_NANOS;
            while (true) {
                if (toInit.write(left) > 0) {
                    deadline = System.nanoTime() + WRITE_PATIENCE_NANOS;
                }
                if (!left.hasRemaining()) {
                    return true;
                }
                if (System.nanoTime() > deadline) {
                    return false;
                }
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(LOOK_NANOS);
            }
        } catch (IOException ended) {
            LOG.debug("init has ended: {}", ended.toString());
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Whether everything that init said was passed on in time.
    boolean awaitEnd(Duration patience) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                try {
                    return over.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException closing) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Upon which init ends.
    void close() {
        for (SocketChannel channel : Arrays.asList(toInit, fromInit)) {
            try {
                channel.close();
            } catch (IOException failed) {
                LOG.debug("a connection to init could not be closed: {}", failed.toString());
            }
        }
    }
}
