package dev.sandmill.backplane.events;

import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.StreamTail;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One reader per process of the queue's news, which wakes every thread that waits for a job. News only says where to
/// look: a reader that was away goes on where it was, and what it missed is found by looking. Thread-safe.
public final class JobNews implements AutoCloseable {
    private final ConcurrentHashMap<String, Set<Watch>> watches = new ConcurrentHashMap<>();
    private final List<Consumer<String>> cancelListeners = new CopyOnWriteArrayList<>();
    private final StreamTail tail;

    /// @param link of the news alone
    public JobNews(RedisLink<String> link, String queueKey) {
        this.tail = new StreamTail(link, queueKey + ":news", this::deliver, this::wakeAll);
        tail.start();
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

    /// Calls the listener with the id of each running job that is to be cancelled, until the answer is run.
    public Runnable onCancel(Consumer<String> listener) {
        cancelListeners.add(listener);
        return () -> cancelListeners.remove(listener);
    }

    private void deliver(Map<String, String> news) {
        String job = news.get("j");
        if (job == null) {
            return;
        }
        if ("cancel".equals(news.get("w"))) {
            cancelListeners.forEach(listener -> listener.accept(job));
        } else {
            wake(job);
        }
    }

    private void wakeAll() {
        watches.keySet().forEach(this::wake);
    }

    @Override
    public void close() {
        tail.close();
    }
}
