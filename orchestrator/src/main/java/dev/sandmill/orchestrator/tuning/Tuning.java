package dev.sandmill.orchestrator.tuning;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.jobs.RunMeter;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.settings.Setting;
import dev.sandmill.orchestrator.settings.SettingGroup;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.vectorizer.EmbeddingBounds;
import dev.sandmill.vectorizer.EmbeddingWork;
import dev.sandmill.vectorizer.Vectorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

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
    static final String ADAPTIVE = "adaptive";

    private static final int MOST_INDEX_SLOTS = 16;
    private static final int MOST_POOL_SIZE = 64;
    private static final long MOST_QUEUE_CAPACITY = 100_000_000;
    private static final int LEAST_BATCH_TOKENS = 64;

    private final JobQueue queue;
    private final Workers workers;
    private final Optional<Sandbox> sandbox;
    private final Optional<Vectorizer> vectorizer;
    private final RunMeter programs;
    private final SettingGroup group;
    private final boolean batchesMatter;
    private final Map<String, Integer> found = new ConcurrentHashMap<>();

    public Tuning(
            ServiceConfig config,
            JobQueue queue,
            Workers workers,
            Optional<Sandbox> sandbox,
            Optional<Vectorizer> vectorizer,
            RunMeter programs) {
        this.queue = queue;
        this.programs = programs;
        this.workers = workers;
        this.sandbox = sandbox;
        this.vectorizer = vectorizer;
        this.batchesMatter = config.remoteModel().isPresent();
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
                        new Setting(QUEUE_CAPACITY, 1, MOST_QUEUE_CAPACITY, config.queueCapacity()),
                        new Setting(ADAPTIVE, 0, 1, 0)),
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

    boolean isAdaptive() {
        return group.value(ADAPTIVE) == 1;
    }

    /// Which numbers are adapted in this process, each from where it is now. Those in one list are measured by the same
    /// work and take turns. In process texts run one by one, whatever a batch is: there is no best one to be found.
    List<List<AdaptiveLimit>> adaptable(long nowNanos) {
        List<List<AdaptiveLimit>> limits = new ArrayList<>();
        if (sandbox.isPresent()) {
            limits.add(List.of(adaptable(
                    EXECUTE_SLOTS,
                    () -> new Work(programs.runs(), programs.runs(), programs.nanos()),
                    AdaptiveLimit.Use.AT_A_TIME,
                    nowNanos)));
        }
        vectorizer.ifPresent(present -> {
            Supplier<Work> embeddings = () -> {
                EmbeddingWork work = present.work();
                return new Work(work.texts(), work.runs(), work.nanos());
            };
            AdaptiveLimit calls = adaptable(PARALLELISM, embeddings, AdaptiveLimit.Use.AT_A_TIME, nowNanos);
            limits.add(
                    batchesMatter
                            ? List.of(calls, adaptable(BATCH_SIZE, embeddings, AdaptiveLimit.Use.IN_A_RUN, nowNanos))
                            : List.of(calls));
        });
        return limits;
    }

    private AdaptiveLimit adaptable(String name, Supplier<Work> work, AdaptiveLimit.Use use, long nowNanos) {
        Setting setting = Objects.requireNonNull(group.settings().get(name));
        KneeFinder finder =
                new KneeFinder(Math.toIntExact(setting.least()), Math.toIntExact(setting.most()), effective(name));
        return new AdaptiveLimit(name, finder, work, use, limit -> force(name, limit), nowNanos);
    }

    private synchronized void force(String name, int limit) {
        found.put(name, limit);
        bringIntoForceHere();
    }

    /// What is in force in this process: what was found while the mode is on, what was tuned otherwise.
    public int effective(String name) {
        int tuned = Math.toIntExact(group.value(name));
        return isAdaptive() ? found.getOrDefault(name, tuned) : tuned;
    }

    private void bringIntoForce(SettingGroup changed) {
        queue.setCapacity(changed.value(QUEUE_CAPACITY));
        bringIntoForceHere();
    }

    private synchronized void bringIntoForceHere() {
        int executeSlots = effective(EXECUTE_SLOTS);
        sandbox.ifPresent(present -> present.resize(executeSlots, effective(POOL_SIZE)));
        workers.setSlots(JobKind.EXECUTE, executeSlots);
        workers.setSlots(JobKind.INDEX, effective(INDEX_SLOTS));
        workers.setSlots(JobKind.INDEX_BATCH, effective(INDEX_SLOTS));
        workers.setSlots(JobKind.INDEX_BATCH, effective(INDEX_SLOTS));
        vectorizer.ifPresent(present -> present.bound(
                new EmbeddingBounds(effective(PARALLELISM), effective(BATCH_SIZE), effective(BATCH_TOKENS))));
    }
}
