package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.Indexed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.text.Spelled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Indexes a repository made for it, whose every file is new each time, so that no vector is in the cache: for more and
/// more texts at a time, in calls of more and more tokens. The repository is gone afterwards.
final class EmbeddingSweep implements AutoCloseable {
    static final String PARALLELISM = "parallelism";
    static final String BATCH_TOKENS = "batchTokens";
    static final String BATCH_SIZE = "batchSize";
    private static final List<Long> TOKENS = List.of(2_048L, 8_192L, 32_768L);
    /// Large enough that the tokens are what bounds a call.
    private static final long TEXTS_PER_CALL = 256;

    private static final String TABLE = "static";
    private static final Duration SKETCH_PATIENCE = Duration.ofSeconds(60);
    private static final Duration SKETCH_LOOK = Duration.ofMillis(50);
    private static final int FIRST_FUNCTIONS = 200;
    private static final int MOST_FUNCTIONS = 20_000;
    private static final double IMPROVES = 1.02;

    private final SandmillClient client;
    private final TunedService service;
    private final Duration time;
    private final MadeUpRepository repository;
    private final String name = "tune-" + UUID.randomUUID().toString().substring(0, 8);
    private final Thread whenInterrupted = new Thread(this::close, "tune-clean-up");
    private boolean registered;
    private volatile @Nullable JobId running;
    private boolean closed;
    private int functions = FIRST_FUNCTIONS;

    EmbeddingSweep(SandmillClient client, TunedService service, Duration time, Path folder) throws IOException {
        this.client = client;
        this.service = service;
        this.time = time;
        this.repository = new MadeUpRepository(folder);
        Runtime.getRuntime().addShutdownHook(whenInterrupted);
    }

    Sweep run(Consumer<String> progress) throws IOException, InterruptedException {
        progress.accept("embeddings, the first run …");
        service.set(Map.of(BATCH_SIZE, TEXTS_PER_CALL));
        measure();
        long most = service.most(PARALLELISM);
        List<Sweep.Point> points = new ArrayList<>();
        for (long parallelism = 1; parallelism <= most; parallelism *= 2) {
            double best =
                    points.stream().mapToDouble(Sweep.Point::perSecond).max().orElse(0);
            double here = 0;
            for (long tokens : TOKENS) {
                progress.accept("embeddings, " + parallelism + " at a time, calls of " + tokens + " tokens …");
                Map<String, Long> settings =
                        Map.of(PARALLELISM, parallelism, BATCH_TOKENS, tokens, BATCH_SIZE, TEXTS_PER_CALL);
                service.set(settings);
                double perSecond = measure();
                here = Math.max(here, perSecond);
                points.add(new Sweep.Point(settings, perSecond, 0, 0));
            }
            if (here <= best * IMPROVES) {
                break;
            }
        }
        return new Sweep("Embeddings", "chunks", points);
    }

    /// Chunks embedded per second of a run that takes about the wanted time, until the last of them has the model's own
    /// vector: a large run is searchable by sketches before that.
    private double measure() throws IOException, InterruptedException {
        repository.write(functions);
        long begun = System.nanoTime();
        JobId job = start();
        running = job;
        Indexed indexed = awaited(job);
        // All of them are new; where batches embed them ahead into the cache, the run itself calls them reused.
        long chunks = indexed.chunks().total();
        if (chunks == 0) {
            throw new IllegalStateException("the run of " + name + " found nothing to embed: " + indexed.message());
        }
        awaitExact();
        running = null;
        double seconds = (System.nanoTime() - begun) / 1e9;
        functions =
                Math.clamp(Math.round(functions * time.toMillis() / 1000.0 / seconds), FIRST_FUNCTIONS, MOST_FUNCTIONS);
        return chunks / seconds;
    }

    private void awaitExact() throws InterruptedException {
        long deadline = System.nanoTime() + SKETCH_PATIENCE.toNanos();
        long before = Long.MAX_VALUE;
        RegisteredRepository now = client.repository(name);
        // The token table alone has sketches and nothing else.
        while (now.sketchedChunks() > 0 && !String.valueOf(now.model()).startsWith(TABLE)) {
            if (now.sketchedChunks() < before) {
                before = now.sketchedChunks();
                deadline = System.nanoTime() + SKETCH_PATIENCE.toNanos();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "no sketch of " + name + " was replaced for " + Spelled.time(SKETCH_PATIENCE));
            }
            Thread.sleep(SKETCH_LOOK);
            now = client.repository(name);
        }
    }

    private synchronized JobId start() throws InterruptedException {
        if (closed) {
            throw new InterruptedException("the command ends");
        }
        if (registered) {
            return client.indexRepository(name, null, false).id();
        }
        String jobId = client.createRepository(name, repository.folder().toString(), null)
                .jobId();
        registered = true;
        return new JobId(String.valueOf(jobId));
    }

    private Indexed awaited(JobId id) throws InterruptedException {
        while (true) {
            Job job = client.job(id, Duration.ofSeconds(30));
            if (job.outcome() instanceof Indexed indexed) {
                return indexed;
            }
            if (job.state().isTerminal()) {
                throw new IllegalStateException("job " + id + " is " + job.state() + " and has no index outcome");
            }
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            JobId job = running;
            if (job != null) {
                client.cancel(job);
            }
            if (registered) {
                client.deleteRepository(name);
            }
            repository.delete();
            if (Thread.currentThread() != whenInterrupted) {
                Runtime.getRuntime().removeShutdownHook(whenInterrupted);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException left) {
            throw new IllegalStateException(
                    "the folder " + repository.folder() + " is left: " + left.getMessage(), left);
        } catch (IllegalStateException alreadyEnding) {
            // The hook finds everything cleaned up.
            return;
        }
    }
}
