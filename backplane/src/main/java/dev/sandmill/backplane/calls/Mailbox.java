package dev.sandmill.backplane.calls;

import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that empties one list, frame by frame, in order.
final class Mailbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private static final double BLOCK_SECONDS = 1;
    private static final Duration ANSWER = Duration.ofSeconds(6);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
    private static final Duration END = Duration.ofSeconds(2);

    private final RedisLink<byte[]> link;
    private final String list;
    private final Consumer<Frame> frames;
    private final Thread reader;
    private volatile boolean closed;

    /// @param link of this mailbox alone, since it blocks; closed with it
    /// @param frames may wait: what is not taken yet stays in Redis
    Mailbox(RedisLink<byte[]> link, String list, Consumer<Frame> frames) {
        this.link = link;
        this.list = list;
        this.frames = frames;
        this.reader = Thread.ofVirtual().name("sandmill-calls").start(this::readAll);
    }

    private void readAll() {
        while (!closed) {
            try {
                KeyValue<String, byte[]> taken = link.call(redis -> redis.blpop(BLOCK_SECONDS, list), ANSWER);
                if (taken != null && taken.hasValue()) {
                    frames.accept(Frame.decoded(taken.getValue()));
                }
            } catch (IOException foreign) {
                LOG.warn("what lay in {} is dropped: {}", list, foreign.getMessage());
            } catch (RedisUnavailable away) {
                LOG.debug("{} cannot be read now: {}", list, away.getMessage());
                link.reset();
                pause();
            } catch (RedisException refused) {
                LOG.warn("Redis refused to read {}: {}", list, refused.getMessage());
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
        reader.interrupt();
        try {
            reader.join(END);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
