package dev.sandmill.orchestrator.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.Limits;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.WorkerConfig;
import dev.sandmill.backplane.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Batches over a real queue; only what a worker does with one is made up.
class EmbeddingBatchesIT {
    private static final RunOrigin RUN = new RunOrigin("acme", "job-1", null, null);
    private static final int MOST_IN_FLIGHT = 16;

    private final JobJson json = new JobJson(Limits.DEFAULT, Limits.DEFAULT);
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final List<EmbeddingBatches.Done> done = new CopyOnWriteArrayList<>();
    private RedisServer redis;
    private Backplane backplane;
    private EmbeddingBatches batches;

    @BeforeEach
    void open() {
        redis = RedisServer.start();
        backplane = Backplane.open(
                new BackplaneConfig(redis.uri(), 1_000, Duration.ofHours(1), Duration.ofSeconds(10), 1 << 20));
        batches = new EmbeddingBatches(backplane.queue(), json);
    }

    @AfterEach
    void close() {
        backplane.close();
        redis.close();
    }

    @Test
    void answersComeInTheOrderOfTheBatchesWithTheReasonOfEachFileThatFailed() throws Exception {
        startWorker();

        batches.run(RUN, batchesOf(40), done::add, () -> false);

        assertThat(done).extracting(one -> one.batch().paths().getFirst()).isEqualTo(paths(40));
        assertThat(done.get(7).failed()).containsOnlyKeys("f7").containsValue("told to fail");
        assertThat(done.get(8).failed().get("f8")).contains("gave up on it");
        assertThat(done.get(9).failed()).isEmpty();
        assertThat(done.get(9).chunks().embedded()).isEqualTo(3);
    }

    @Test
    void aRunHasABoundedNumberOfBatchesInTheQueueAndItsCancelEndsThem() throws Exception {
        Thread run = Thread.ofVirtual().start(() -> interruptible(() -> true));
        Awaitility.await().until(() -> waiting() == MOST_IN_FLIGHT);
        Awaitility.await()
                .during(Duration.ofMillis(300))
                .atMost(Duration.ofMinutes(1))
                .until(() -> waiting() == MOST_IN_FLIGHT);

        run.interrupt();
        run.join();

        assertThat(waiting()).isZero();
        assertThat(done).isEmpty();
    }

    @Test
    void aRunThatStartsOverFindsTheBatchesThatItSubmittedBefore() throws Exception {
        Thread cutOff = Thread.ofVirtual().start(() -> interruptible(() -> false));
        Awaitility.await().until(() -> waiting() == MOST_IN_FLIGHT);
        cutOff.interrupt();
        cutOff.join();
        assertThat(waiting()).isEqualTo(MOST_IN_FLIGHT);

        startWorker();
        batches.run(RUN, batchesOf(40), done::add, () -> false);

        assertThat(done).hasSize(40);
        assertThat(handled).doesNotHaveDuplicates().hasSize(40);
    }

    private void interruptible(java.util.function.BooleanSupplier cancelled) {
        try {
            batches.run(RUN, batchesOf(40), done::add, cancelled);
        } catch (InterruptedException expected) {
            Thread.currentThread().interrupt();
        }
    }

    private long waiting() {
        return backplane.queue().stats().queued();
    }

    private void startWorker() {
        backplane
                .queue()
                .startWorker(
                        new WorkerConfig(
                                "w",
                                JobKind.INDEX_BATCH,
                                2,
                                Duration.ofSeconds(15),
                                3,
                                Duration.ofSeconds(1),
                                job -> failed("its workers died")),
                        this::handle);
    }

    private Completion handle(Claim claim) {
        EmbedFiles batch = (EmbedFiles) json.readStored(claim.job().requestJson());
        String path = batch.files().getFirst().path();
        handled.add(path);
        if (path.equals("f8")) {
            return new Completion.Failed("broke", false, failed("gave up on it"));
        }
        List<Indexed.Failure> failures =
                path.equals("f7") ? List.of(new Indexed.Failure(path, "told to fail")) : List.of();
        return new Completion.Finished(json.writeOutcome(new Indexed(
                failures.isEmpty() ? IndexStatus.OK : IndexStatus.PARTIAL,
                "web",
                batch.commit(),
                Indexed.Files.NONE,
                new Indexed.Chunks(3, 3, 0, 0),
                1,
                failures,
                null)));
    }

    private String failed(String message) {
        return json.writeOutcome(Indexed.withoutRun(IndexStatus.FAILED, "web", message));
    }

    private static List<String> paths(int count) {
        return IntStream.range(0, count).mapToObj(number -> "f" + number).toList();
    }

    private static EmbeddingBatches.Source batchesOf(int count) {
        List<EmbeddingBatches.Batch> all = new ArrayList<>();
        for (String path : paths(count)) {
            all.add(new EmbeddingBatches.Batch(
                    List.of(path),
                    new EmbedFiles(
                            "web", "0123456789", List.of(new EmbedFiles.File(path, "a".repeat(40))), List.of())));
        }
        Iterator<EmbeddingBatches.Batch> left = all.iterator();
        return () -> left.hasNext() ? Optional.of(left.next()) : Optional.empty();
    }
}
