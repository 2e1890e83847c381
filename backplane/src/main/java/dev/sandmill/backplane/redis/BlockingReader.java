package dev.sandmill.backplane.redis;

import io.lettuce.core.RedisException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// A thread that waits for what comes over a link of its own, until it is closed. Nothing else ends it: after a broken
/// connection, a refusal or a bug it goes on a moment later.
public final class BlockingReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockingReader.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
    private static final Duration END = Duration.ofSeconds(2);

    private final RedisLink<?> link;
    private final String source;
    private final Runnable once;
    private final Runnable failed;
    private final Thread thread;
    private boolean refusalTold;
    private volatile boolean closed;

    /// @param link of this reader alone, since it blocks; closed with it
    /// @param source what is read, as the log names it
    /// @param once on the reader's thread, again and again: waits a while for what comes, and takes it
    /// @param failed on the reader's thread: `once` ended with an exception, and something may have been missed
    public BlockingReader(RedisLink<?> link, String source, Runnable once, Runnable failed) {
        this.link = link;
        this.source = source;
        this.once = once;
        this.failed = failed;
        this.thread =
                Thread.ofPlatform().daemon().name("sandmill-reads-" + source).unstarted(this::readAll);
    }

    public void start() {
        thread.start();
    }

    private void readAll() {
        while (!closed) {
            try {
                once.run();
                refusalTold = false;
            } catch (RedisUnavailable away) {
                LOG.debug("{} is not readable now: {}", source, away.getMessage());
                failed.run();
                link.reset();
                pause();
            } catch (RedisException refused) {
                // Until it is read again, the same would be told many times a second.
                LOG.atLevel(refusalTold ? Level.DEBUG : Level.WARN)
                        .log("Redis refused to read {}: {}", source, refused.getMessage());
                refusalTold = true;
                failed.run();
                pause();
            } catch (RuntimeException broken) {
                LOG.error("what came from {} could not be handled, goes on", source, broken);
                failed.run();
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        link.close();
        thread.interrupt();
        try {
            thread.join(END);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
