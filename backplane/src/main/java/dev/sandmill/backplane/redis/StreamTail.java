package dev.sandmill.backplane.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that reads a stream from about its present end on, and after a broken connection goes on where it was.
public final class StreamTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamTail.class);
    private static final Duration BLOCK = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration OVERLAP = Duration.ofSeconds(5);
    private static final int BATCH = 1000;
    private static final String BEGINNING = "0-0";

    private final RedisLink<String> link;
    private final String stream;
    private final Consumer<Map<String, String>> entries;
    private final Runnable missed;
    private final BlockingReader reader;
    private @Nullable String after;
    private boolean doubtful;
    private volatile long readNanos = System.nanoTime() - ANSWER.toNanos();

    /// @param link of this tail alone, since it blocks; closed with it
    /// @param entries gets each entry's fields, on the tail's thread
    /// @param missed runs where entries may be gone unread
    public StreamTail(RedisLink<String> link, String stream, Consumer<Map<String, String>> entries, Runnable missed) {
        this.link = link;
        this.stream = stream;
        this.entries = entries;
        this.missed = missed;
        this.reader = new BlockingReader(link, "stream " + stream, this::readOn, this::doubt);
    }

    public void start() {
        reader.start();
    }

    /// Whether everything up to about now was read: the last read is no older than a read takes, and a second.
    public boolean isCurrent() {
        return sinceRead().compareTo(BLOCK.multipliedBy(2)) < 0;
    }

    /// How long ago everything was read.
    public Duration sinceRead() {
        return Duration.ofNanos(System.nanoTime() - readNanos);
    }

    private void readOn() {
        if (after == null) {
            after = shortlyBefore(newest(BEGINNING));
            readNanos = System.nanoTime();
        }
        if (doubtful && hasLost(after)) {
            missed.run();
        }
        doubtful = false;
        after = readSome(after);
        readNanos = System.nanoTime();
    }

    private void doubt() {
        doubtful = true;
    }

    @SuppressWarnings("unchecked")
    private String readSome(String after) {
        List<StreamMessage<String, String>> read = link.call(
                redis -> redis.xread(
                        XReadArgs.Builder.block(BLOCK).count(BATCH), XReadArgs.StreamOffset.from(stream, after)),
                BLOCK.plus(ANSWER));
        if (read.isEmpty()) {
            return beganAnew(after) ? BEGINNING : after;
        }
        for (StreamMessage<String, String> entry : read) {
            try {
                entries.accept(entry.getBody());
            } catch (RuntimeException broken) {
                LOG.error("an entry of stream {} could not be handled, goes on", stream, broken);
            }
        }
        return read.getLast().getId();
    }

    /// After a flush the ids start over, and on a server whose clock is behind they are smaller than before.
    private boolean beganAnew(String after) {
        boolean anew = millis(newest(after)) < millis(after);
        if (anew) {
            missed.run();
        }
        return anew;
    }

    /// The stream is bounded: what it dropped while nobody read it here is gone.
    private boolean hasLost(String after) {
        List<StreamMessage<String, String>> oldest =
                link.call(redis -> redis.xrange(stream, Range.unbounded(), Limit.from(1)));
        return oldest.isEmpty()
                ? !BEGINNING.equals(after)
                : millis(oldest.getFirst().getId()) > millis(after);
    }

    /// Entries from around the start are read, for the sake of what was done here before the tail knew the end.
    private static String shortlyBefore(String id) {
        return Math.max(0, millis(id) - OVERLAP.toMillis()) + "-0";
    }

    private String newest(String otherwise) {
        List<StreamMessage<String, String>> last =
                link.call(redis -> redis.xrevrange(stream, Range.unbounded(), Limit.from(1)));
        return last.isEmpty() ? otherwise : last.getFirst().getId();
    }

    private static long millis(@Nullable String id) {
        return id == null ? 0 : Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    @Override
    public void close() {
        reader.close();
    }
}
