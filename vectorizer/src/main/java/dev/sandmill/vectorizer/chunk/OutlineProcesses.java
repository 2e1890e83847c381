package dev.sandmill.vectorizer.chunk;

import dev.sandmill.api.text.Spelled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The processes that parse repositories' files, so that a file that crashes a grammar ends none of the service: a few,
/// each started when it is first needed and replaced when it ended or had to be killed. Thread-safe.
public final class OutlineProcesses implements OutlineSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutlineProcesses.class);

    /// Parsers count their steps; this is for a scanner that loops between two of them.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    /// Some 100 MB each, for the next push.
    private static final Duration KEPT = Duration.ofMinutes(1);

    /// A process may have been killed by somebody else; a source that ends two is why.
    private static final int ATTEMPTS = 2;

    private final Semaphore permits;
    private final Duration patience;
    private final Duration kept;
    private final Deque<OutlineProcess> idle = new ConcurrentLinkedDeque<>();
    private final Set<OutlineProcess> all = ConcurrentHashMap.newKeySet();
    private final LongAdder ended = new LongAdder();
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("outlines").daemon().factory());
    private volatile boolean closed;

    OutlineProcesses(int most, Duration patience, Duration kept) {
        this.permits = new Semaphore(most);
        this.patience = patience;
        this.kept = kept;
        watcher.scheduleWithFixedDelay(
                this::look, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// @param most processes at a time
    public static OutlineProcesses of(int most) {
        return new OutlineProcesses(most, PATIENCE, KEPT);
    }

    /// @throws UncheckedIOException where no process can be started: that is not the source's fault
    @Override
    public Answer outline(String language, MeasuredText text) {
        if (!OutlineWire.fits(text)) {
            return new Answer.None();
        }
        permits.acquireUninterruptibly();
        try {
            String reason = "";
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                OutlineProcess process = take();
                long start = System.nanoTime();
                try {
                    @Nullable Outline outline = process.outline(language, text, patience);
                    idle.push(process);
                    return OutlineSource.of(outline);
                } catch (IOException gone) {
                    boolean isLate = System.nanoTime() - start >= patience.toNanos();
                    reason = isLate
                            ? "took its parser more than " + Spelled.time(patience)
                            : "its parser " + process.exit();
                    remove(process);
                    LOG.warn(
                            "a parser that read {} characters of {} is replaced: {}",
                            text.text().length(),
                            language,
                            reason);
                    if (isLate) {
                        break;
                    }
                }
            }
            ended.increment();
            return new Answer.Ended(reason);
        } finally {
            permits.release();
        }
    }

    private OutlineProcess take() {
        for (OutlineProcess waiting = idle.poll(); waiting != null; waiting = idle.poll()) {
            if (waiting.isAlive()) {
                return waiting;
            }
            remove(waiting);
        }
        if (closed) {
            throw new IllegalStateException("the parsers are closed");
        }
        try {
            OutlineProcess started = OutlineProcess.start(Files.createTempDirectory("sandmill-outlines"));
            all.add(started);
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException("no parser can be started", failed);
        }
    }

    private void remove(OutlineProcess process) {
        all.remove(process);
        process.close();
    }

    private void look() {
        long now = System.nanoTime();
        all.forEach(process -> process.killIfLate(now));
        for (OutlineProcess process : idle) {
            // Only who takes it out of there may use or end it.
            if (process.isUnusedFor(kept, now) && idle.remove(process)) {
                remove(process);
            }
        }
    }

    /// Texts that ended their parsers, since the start.
    public long ended() {
        return ended.sum();
    }

    /// The ids of the processes.
    Set<Long> pids() {
        return all.stream().map(OutlineProcess::pid).collect(Collectors.toUnmodifiableSet());
    }

    /// Ends every process; a parse that is under way fails.
    @Override
    public void close() {
        closed = true;
        watcher.shutdownNow();
        all.forEach(this::remove);
        idle.clear();
    }
}
