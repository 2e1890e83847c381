package dev.sandmill.sandbox.parser;

import dev.sandmill.api.text.Spelled;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parser processes, as many as the machine has processors at most. Each is started when it is first needed, and
/// replaced when it died or had to be killed. Thread-safe.
public final class Parsers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Parsers.class);

    /// A process answers after [ParserProgram#MAX_CPU_MILLIS] of processor time by itself; this is for one that does
    /// not.
    private static final Duration MOST_TIME = Duration.ofSeconds(10);

    private static final Duration MOST_TIME_TO_START = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

    /// A process may have been killed by somebody else; a source that ends two is why.
    private static final int ATTEMPTS = 2;

    private static final int ATTEMPTS_TO_START = 3;

    private final Semaphore permits;
    private final Deque<ParserProcess> idle = new ConcurrentLinkedDeque<>();
    private final Set<ParserProcess> all = ConcurrentHashMap.newKeySet();
    private final Duration patience;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("parsers").daemon().factory());
    private volatile ParserProgram program;
    private volatile boolean closed;

    Parsers(ParserProgram program, int most, Duration patience) {
        this.program = program;
        this.patience = patience;
        permits = new Semaphore(most);
        watcher.scheduleWithFixedDelay(
                this::killTheLate, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// With the program that the system property `sandmill.parser` names, else the spare one.
    public static Parsers open() {
        String file = System.getProperty(ParserProgram.PROPERTY);
        ParserProgram compiled = ParserProgram.compiled(file);
        if (compiled == null && file != null && !file.isBlank()) {
            LOG.warn("{} is no program: parsing with the slower one of the Java binding", file);
        }
        return new Parsers(
                compiled == null ? ParserProgram.spare() : compiled,
                Runtime.getRuntime().availableProcessors(),
                MOST_TIME);
    }

    /// Waits while as many parse already as there may be processes; each takes seconds at most.
    ///
    /// @param language `python`, `javascript`, `typescript` or `bash`
    /// @throws UncheckedIOException where no process can be started: that is not the source's fault
    public ParseAnswer parse(String language, byte[] source, long maxSteps, int maxDepth) {
        permits.acquireUninterruptibly();
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                ParserProcess process = take();
                long start = System.nanoTime();
                try {
                    ParserProcess.Answer answer = process.parse(language, source, maxSteps, maxDepth, patience);
                    idle.push(process);
                    return answer(answer, maxSteps);
                } catch (IOException died) {
                    remove(process);
                    boolean isLate = System.nanoTime() - start >= patience.toNanos();
                    LOG.warn(
                            "a parser ended while it read {} bytes of {}{}: it is replaced",
                            source.length,
                            language,
                            isLate ? " and had to be killed" : "",
                            died);
                    if (isLate) {
                        return new ParseAnswer.OverLimit(0, Spelled.time(patience));
                    }
                }
            }
            return new ParseAnswer.Ended();
        } finally {
            permits.release();
        }
    }

    private static ParseAnswer answer(ParserProcess.Answer answer, long maxSteps) {
        FlatTree tree = answer.tree();
        if (tree != null) {
            return new ParseAnswer.Parsed(tree);
        }
        return switch (answer.status()) {
            case ParserStatus.TOO_DEEP -> new ParseAnswer.TooDeep(answer.offset());
            case ParserStatus.TOO_LONG ->
                new ParseAnswer.OverLimit(
                        answer.offset(),
                        Spelled.time(Duration.ofMillis(ParserProgram.MAX_CPU_MILLIS)) + " of the processor");
            case ParserStatus.TOO_MUCH_MEMORY ->
                new ParseAnswer.OverLimit(answer.offset(), ParserProgram.MAX_MEBIBYTES + " MiB");
            default -> new ParseAnswer.OverLimit(answer.offset(), maxSteps + " steps");
        };
    }

    private ParserProcess take() {
        for (ParserProcess waiting = idle.poll(); waiting != null; waiting = idle.poll()) {
            if (waiting.isAlive()) {
                return waiting;
            }
            remove(waiting);
        }
        ParserProgram chosen = program;
        try {
            return startPatiently(chosen);
        } catch (IOException failed) {
            ParserProgram spare = ParserProgram.spare();
            if (chosen.equals(spare) || closed) {
                throw new UncheckedIOException("no parser can be started", failed);
            }
            LOG.warn("{} does not run here: parsing with the slower one of the Java binding", chosen.name(), failed);
            program = spare;
            return restart(spare);
        }
    }

    private ParserProcess restart(ParserProgram spare) {
        try {
            return startPatiently(spare);
        } catch (IOException failed) {
            throw new UncheckedIOException("no parser can be started", failed);
        }
    }

    /// One that dies while it starts may have been killed by somebody else, too.
    private ParserProcess startPatiently(ParserProgram chosen) throws IOException {
        for (int attempt = 1; attempt < ATTEMPTS_TO_START; attempt++) {
            try {
                return start(chosen);
            } catch (EOFException died) {
                LOG.warn("a parser ended while it started: {}", died.getMessage());
            }
        }
        return start(chosen);
    }

    private ParserProcess start(ParserProgram chosen) throws IOException {
        if (closed) {
            throw new IOException("the parsers are closed");
        }
        ParserProcess process = new ParserProcess(chosen.start());
        all.add(process);
        try {
            process.greet(MOST_TIME_TO_START);
            return process;
        } catch (IOException failed) {
            remove(process);
            throw failed;
        }
    }

    private void remove(ParserProcess process) {
        all.remove(process);
        process.close();
    }

    private void killTheLate() {
        long now = System.nanoTime();
        all.forEach(process -> process.killIfLate(now));
    }

    /// The ids of the processes.
    Set<Long> pids() {
        return all.stream().map(ParserProcess::pid).collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    /// Ends every process; a parse that is under way fails.
    @Override
    public void close() {
        closed = true;
        watcher.shutdownNow();
        all.forEach(this::remove);
        idle.clear();
    }

    /// Null until somebody parsed.
    @Nullable
    String running() {
        return all.isEmpty() ? null : program.name();
    }
}
