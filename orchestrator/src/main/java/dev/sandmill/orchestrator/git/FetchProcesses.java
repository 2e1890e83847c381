package dev.sandmill.orchestrator.git;

import dev.sandmill.api.text.Spelled;
import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The processes that fetch, so that what a remote sends can take no memory of the service: a few, each started when it
/// is first needed, kept for the next push, and killed when its fetch takes too long or nobody waits for it.
/// Thread-safe.
public final class FetchProcesses implements AutoCloseable {
    /// As many as there are index jobs of both kinds, unless more are tuned: then fetches wait for each other.
    private static final int MOST = 4;

    /// A start takes most of a second, which a push is not to wait for; one that waits takes some 140 MB.
    private static final Duration KEPT = Duration.ofMinutes(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LEAST_MEBIBYTES = 256;
    private static final int SHARE_OF_HEAP = 4;

    private final int mebibytes;
    private final Duration kept;
    private final Semaphore permits;
    private final Deque<FetchProcess> idle = new ConcurrentLinkedDeque<>();
    private final Set<FetchProcess> all = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("fetches").daemon().factory());
    private volatile boolean closed;

    /// @param most processes at a time
    /// @param mebibytes of heap for each
    /// @param kept how long one waits for the next fetch
    FetchProcesses(int most, int mebibytes, Duration kept) {
        this.mebibytes = mebibytes;
        this.kept = kept;
        this.permits = new Semaphore(most);
        watcher.scheduleWithFixedDelay(
                this::endUnused, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Each with a quarter of this process's heap, at least 256 MiB.
    public static FetchProcesses open() {
        long quarter = (Runtime.getRuntime().maxMemory() >> 20) / SHARE_OF_HEAP;
        return new FetchProcesses(MOST, (int) Math.max(LEAST_MEBIBYTES, quarter), KEPT);
    }

    FetchBounds bounds() {
        return new FetchBounds((long) mebibytes << 20);
    }

    /// @param whenOver runs when no process works for this request any more, which may be after the return
    Fetch.Fetched fetch(FetchRequest request, Duration deadline, Runnable whenOver)
            throws GitFailure, InterruptedException {
        boolean begun = false;
        try {
            permits.acquire();
            begun = true;
        } finally {
            if (!begun) {
                whenOver.run();
            }
        }
        Attempt attempt = new Attempt(request);
        FutureTask<Fetch.Fetched> task = new FutureTask<>(attempt::run);
        Thread.ofVirtual().name("fetch").start(() -> {
            try {
                task.run();
            } finally {
                attempt.over();
                permits.release();
                whenOver.run();
            }
        });
        try {
            return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            attempt.stop();
            throw new GitFailure("the remote took longer than " + Spelled.time(deadline), true);
        } catch (InterruptedException cancelled) {
            attempt.stop();
            throw cancelled;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof GitFailure told) {
                throw told;
            }
            throw new IllegalStateException("a fetch broke", failed.getCause());
        }
    }

    /// One fetch by one process, or by a second one where the first has ended while nobody looked.
    private final class Attempt {
        private final FetchRequest request;

        /// Guarded by this.
        private @Nullable FetchProcess process;

        /// Guarded by this.
        private boolean stopped;

        Attempt(FetchRequest request) {
            this.request = request;
        }

        Fetch.Fetched run() throws GitFailure {
            FetchProcess ready = begun();
            try {
                Fetch.Fetched fetched = ready.answer();
                giveBack(ready);
                return fetched;
            } catch (GitFailure told) {
                giveBack(ready);
                throw told;
            } catch (IOException ended) {
                throw ready.ended();
            }
        }

        private FetchProcess begun() throws GitFailure {
            for (FetchProcess waiting = idle.poll(); waiting != null; waiting = idle.poll()) {
                try {
                    use(waiting);
                    waiting.ask(request);
                    return waiting;
                } catch (IOException gone) {
                    over();
                }
            }
            try {
                FetchProcess started = started();
                use(started);
                started.ask(request);
                return started;
            } catch (IOException failed) {
                throw new GitFailure("no process that fetches can be started: " + failed.getMessage(), true, failed);
            }
        }

        private synchronized void use(FetchProcess next) throws GitFailure {
            process = next;
            if (stopped) {
                throw new GitFailure("nobody waits any more", true);
            }
        }

        private synchronized void giveBack(FetchProcess used) {
            if (!stopped && !closed) {
                process = null;
                idle.push(used);
            }
        }

        synchronized void stop() {
            stopped = true;
            if (process != null) {
                process.kill();
            }
        }

        /// Ends the process, unless it was given back.
        void over() {
            FetchProcess left;
            synchronized (this) {
                left = process;
                process = null;
            }
            if (left != null) {
                remove(left);
            }
        }
    }

    private FetchProcess started() throws IOException {
        FetchProcess started = FetchProcess.start(mebibytes);
        all.add(started);
        if (closed) {
            remove(started);
            throw new IOException("the service ends");
        }
        return started;
    }

    private void remove(FetchProcess process) {
        process.end();
        all.remove(process);
    }

    private void endUnused() {
        long now = System.nanoTime();
        for (FetchProcess process : idle) {
            // Only who takes it out of there may use or end it.
            if ((process.isUnusedFor(kept, now) || !process.isAlive()) && idle.remove(process)) {
                remove(process);
            }
        }
    }

    /// The ids of the processes.
    Set<Long> pids() {
        return all.stream().map(FetchProcess::pid).collect(Collectors.toUnmodifiableSet());
    }

    /// Ends every process; a fetch that is under way fails.
    @Override
    public void close() {
        closed = true;
        watcher.shutdownNow();
        all.forEach(this::remove);
        idle.clear();
    }
}
