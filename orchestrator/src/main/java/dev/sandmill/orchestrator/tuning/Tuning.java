package dev.sandmill.orchestrator.tuning;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.settings.Setting;
import dev.sandmill.orchestrator.settings.SettingGroup;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.vectorizer.EmbeddingBounds;
import dev.sandmill.vectorizer.Vectorizer;
import java.util.List;
import java.util.Optional;

/// How much is done at a time, of everything. The same numbers hold for every process; one that may not go so far
/// goes as far as it may.
public final class Tuning {
    static final String BATCH_SIZE = "batchSize";
    static final String BATCH_TOKENS = "batchTokens";
    static final String PARALLELISM = "parallelism";
    static final String EXECUTE_SLOTS = "executeSlots";
    static final String INDEX_SLOTS = "indexSlots";
    static final String POOL_SIZE = "poolSize";
    static final String QUEUE_CAPACITY = "queueCapacity";

    private static final int MOST_INDEX_SLOTS = 16;
    private static final int MOST_POOL_SIZE = 64;
    private static final long MOST_QUEUE_CAPACITY = 100_000_000;
    private static final int LEAST_BATCH_TOKENS = 64;

    private final JobQueue queue;
    private final Workers workers;
    private final Optional<Sandbox> sandbox;
    private final Optional<Vectorizer> vectorizer;
    private final SettingGroup group;

    public Tuning(
            ServiceConfig config,
            JobQueue queue,
            Workers workers,
            Optional<Sandbox> sandbox,
            Optional<Vectorizer> vectorizer) {
        this.queue = queue;
        this.workers = workers;
        this.sandbox = sandbox;
        this.vectorizer = vectorizer;
        int processors = Runtime.getRuntime().availableProcessors();
        this.group = new SettingGroup(
                "tuning",
                List.of(
                        new Setting(BATCH_SIZE, 1, EmbeddingBounds.MAX_BATCH_SIZE, config.embedBatchSize()),
                        new Setting(
                                BATCH_TOKENS,
                                LEAST_BATCH_TOKENS,
                                EmbeddingBounds.MAX_BATCH_TOKENS,
                                EmbeddingBounds.DEFAULT_BATCH_TOKENS),
                        new Setting(PARALLELISM, 1, mostParallelism(config, processors), config.embedParallelism()),
                        new Setting(EXECUTE_SLOTS, 1, Math.max(64, 16L * processors), config.executeSlots()),
                        new Setting(INDEX_SLOTS, 1, MOST_INDEX_SLOTS, config.indexSlots()),
                        new Setting(POOL_SIZE, 0, Math.max(MOST_POOL_SIZE, config.poolSize()), config.poolSize()),
                        new Setting(QUEUE_CAPACITY, 1, MOST_QUEUE_CAPACITY, config.queueCapacity())),
                this::bringIntoForce);
    }

    /// In process each has a thread and buffers of its own, and more than processors help hardly; endpoints take more.
    private static long mostParallelism(ServiceConfig config, int processors) {
        long usual = config.remoteModel().isPresent() ? EmbeddingBounds.MAX_PARALLELISM : Math.max(16, 4L * processors);
        return Math.max(usual, config.embedParallelism());
    }

    public SettingGroup group() {
        return group;
    }

    private void bringIntoForce(SettingGroup now) {
        queue.setCapacity(now.value(QUEUE_CAPACITY));
        int executeSlots = (int) now.value(EXECUTE_SLOTS);
        sandbox.ifPresent(present -> present.resize(executeSlots, (int) now.value(POOL_SIZE)));
        workers.setSlots(JobKind.EXECUTE, executeSlots);
        workers.setSlots(JobKind.INDEX, (int) now.value(INDEX_SLOTS));
        vectorizer.ifPresent(present -> present.bound(new EmbeddingBounds(
                (int) now.value(PARALLELISM), (int) now.value(BATCH_SIZE), (int) now.value(BATCH_TOKENS))));
    }
}
