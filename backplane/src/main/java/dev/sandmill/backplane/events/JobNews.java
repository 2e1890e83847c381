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

/// One reader per process of the queue's news, which wakes every thread that waits for a job or a topic. News
/// only says where to look: a reader that was away goes on where it was, and what it missed is found by
/// looking. Thread-safe.
public final class JobNews implements AutoCloseable {
    private final ConcurrentHashMap<String, Set<Runnable>> listeners = new ConcurrentHashMap<>();
    private final List<Consumer<String>> cancelListeners = new CopyOnWriteArrayList<>();
    private final StreamTail tail;

    /// @param link of the news alone
    public JobNews(RedisLink<String> link, String queueKey) {
        this.tail = new StreamTail(link, queueKey + ":news", this::deliver, this::wakeAll);
        tail.start();
    }

    /// Wakes once for all news of one job that come between its making and its closing.
    public final class Watch implements AutoCloseable {
        private final CountDownLatch woken = new CountDownLatch(1);
        private final Runnable ending;

        private Watch(String job) {
            this.ending = listen(job, woken::countDown);
        }

        public boolean await(long nanos) throws InterruptedException {
            return woken.await(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            ending.run();
        }
    }

    public Watch watch(String job) {
        return new Watch(job);
    }

    /// Calls the listener at each piece of news of a job or topic, on the reader's thread, until the answer is run. The
    /// listener must not wait.
    public Runnable listen(String name, Runnable listener) {
        // Of its own identity, since one listener may be given for several names.
        Runnable own = () -> listener.run();
        listeners.compute(name, (_, present) -> {
            Set<Runnable> all = present == null ? ConcurrentHashMap.newKeySet() : present;
            all.add(own);
            return all;
        });
        return () -> listeners.computeIfPresent(name, (_, present) -> {
            present.remove(own);
            return present.isEmpty() ? null : present;
        });
    }

    /// Wakes who waits for this job in this process, ahead of the news.
    public void wake(String job) {
        Set<Runnable> waiting = listeners.get(job);
        if (waiting != null) {
            waiting.forEach(Runnable::run);
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
        listeners.keySet().forEach(this::wake);
    }

    @Override
    public void close() {
        tail.close();
    }
}
