package dev.sandmill.backplane.events;

import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reader per process of the queue's news, which wakes every thread that waits for a job. News only says where to
/// look: a reader that was away goes on where it was, and what it missed is found by looking. Thread-safe.
public final class JobNews implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobNews.class);
    private static final Duration BLOCK = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
    private static final int BATCH = 1000;
    private static final String BEGINNING = "0-0";

    private final RedisLink<String> link;
    private final String stream;
    private final ConcurrentHashMap<String, Set<Watch>> watches = new ConcurrentHashMap<>();
    private final List<Consumer<String>> cancelListeners = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private volatile boolean closed;

    public JobNews(RedisLink<String> link, String queueKey) {
        this.link = link;
        this.stream = queueKey + ":news";
        this.reader = Thread.ofPlatform().daemon().name("sandmill-news").start(this::readAll);
    }

    /// Wakes once for all news of one job that come between its making and its closing.
    public final class Watch implements AutoCloseable {
        private final String job;
        private final CountDownLatch woken = new CountDownLatch(1);

        private Watch(String job) {
            this.job = job;
        }

        public boolean await(long nanos) throws InterruptedException {
            return woken.await(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            watches.computeIfPresent(job, (_, waiting) -> {
                waiting.remove(this);
                return waiting.isEmpty() ? null : waiting;
            });
        }
    }

    public Watch watch(String job) {
        Watch watch = new Watch(job);
        watches.compute(job, (_, waiting) -> {
            Set<Watch> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
            all.add(watch);
            return all;
        });
        return watch;
    }

    /// Wakes who waits for this job in this process, ahead of the news.
    public void wake(String job) {
        Set<Watch> waiting = watches.get(job);
        if (waiting != null) {
            waiting.forEach(watch -> watch.woken.countDown());
        }
    }

    /// Calls the listener with the id of each running job that is to be cancelled, on the reader's thread.
    public AutoCloseable onCancel(Consumer<String> listener) {
        cancelListeners.add(listener);
        return () -> cancelListeners.remove(listener);
    }

    private void readAll() {
        String after = null;
        while (!closed) {
            try {
                after = after == null ? newest(BEGINNING) : readSome(after);
            } catch (RedisUnavailable away) {
                LOG.debug("news of jobs are not readable now: {}", away.getMessage());
                link.reset();
                pause();
            } catch (RedisException refused) {
                LOG.debug("Redis refused the news of jobs: {}", refused.getMessage());
                pause();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private String readSome(String after) {
        List<StreamMessage<String, String>> news = link.call(
                redis -> redis.xread(
                        XReadArgs.Builder.block(BLOCK).count(BATCH), XReadArgs.StreamOffset.from(stream, after)),
                BLOCK.plus(ANSWER));
        if (news.isEmpty()) {
            return restarted(after) ? BEGINNING : after;
        }
        for (StreamMessage<String, String> entry : news) {
            String job = entry.getBody().get("j");
            if (job != null) {
                deliver(entry.getBody().get("w"), job);
            }
        }
        return news.getLast().getId();
    }

    private void deliver(@Nullable String what, String job) {
        if ("cancel".equals(what)) {
            cancelListeners.forEach(listener -> listener.accept(job));
        } else {
            wake(job);
        }
    }

    /// Whether the stream begins anew, after a flush on a server whose clock is behind.
    private boolean restarted(String after) {
        return millis(newest(after)) < millis(after);
    }

    private String newest(String otherwise) {
        List<StreamMessage<String, String>> last =
                link.call(redis -> redis.xrevrange(stream, Range.unbounded(), Limit.from(1)));
        return last.isEmpty() ? otherwise : last.getFirst().getId();
    }

    private static long millis(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        link.close();
        try {
            reader.join(Duration.ofSeconds(2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
