package dev.sandmill.backplane.calls;

import dev.sandmill.backplane.redis.BlockingReader;
import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.KeyValue;
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

    private final RedisLink<byte[]> link;
    private final String list;
    private final Consumer<Frame> frames;
    private final BlockingReader reader;

    /// @param link of this mailbox alone, since it blocks; closed with it
    /// @param frames may wait: what is not taken yet stays in Redis
    Mailbox(RedisLink<byte[]> link, String list, Consumer<Frame> frames) {
        this.link = link;
        this.list = list;
        this.frames = frames;
        this.reader = new BlockingReader(link, "list " + list, this::takeOne, () -> {});
    }

    Mailbox start() {
        reader.start();
        return this;
    }

    private void takeOne() {
        KeyValue<String, byte[]> taken = link.call(redis -> redis.blpop(BLOCK_SECONDS, list), ANSWER);
        if (taken == null || !taken.hasValue()) {
            return;
        }
        try {
            frames.accept(Frame.decoded(taken.getValue()));
        } catch (IOException foreign) {
            LOG.warn("what lay in {} is dropped: {}", list, foreign.getMessage());
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
