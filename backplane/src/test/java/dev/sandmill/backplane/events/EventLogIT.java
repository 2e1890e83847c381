package dev.sandmill.backplane.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class EventLogIT {
    private static List<StoredEvent> readToEnd(Backplane backplane, JobId id) throws InterruptedException {
        List<StoredEvent> all = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline
                && (all.isEmpty() || !all.getLast().type().equals("finished"))) {
            long after = all.isEmpty() ? 0 : all.getLast().sequence();
            all.addAll(backplane.events().read(id, after, Duration.ofSeconds(5)));
        }
        return all;
    }

    private static void assertGapless(List<StoredEvent> events) {
        for (int index = 0; index < events.size(); index++) {
            assertThat(events.get(index).sequence()).isEqualTo(index + 1L);
        }
    }

    @Test
    void everyReaderInEveryProcessSeesAllEventsInOrderWithoutGaps() throws Exception {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            JobRecord job = ground.submit("acme", "1");
            List<Future<List<StoredEvent>>> readers = new ArrayList<>();
            for (int reader = 0; reader < 20; reader++) {
                Backplane where = reader % 2 == 0 ? ground.backplane() : elsewhere;
                readers.add(threads.submit(() -> readToEnd(where, job.id())));
            }
            ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
                for (int number = 0; number < 1000; number++) {
                    claim.emit("output", "{\"number\":" + number + "}");
                }
                return new Completion.Finished("{}");
            });
            List<StoredEvent> events = readers.getFirst().get();
            assertGapless(events);
            assertThat(events).hasSize(1003);
            assertThat(events.subList(2, 1002))
                    .extracting(StoredEvent::dataJson)
                    .startsWith("{\"number\":0}", "{\"number\":1}")
                    .endsWith("{\"number\":999}");
            assertThat(events.getLast().dataJson()).isEqualTo("{\"state\":\"done\",\"outcome\":{}}");
            for (Future<List<StoredEvent>> reader : readers) {
                assertThat(reader.get()).isEqualTo(events);
            }
        }
    }

    @Test
    void aReaderWakesForAnEventOfAnotherProcessWithoutAskingAgain() throws Exception {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            CountDownLatch go = new CountDownLatch(1);
            JobRecord job = ground.submit("acme", "1");
            elsewhere.queue().startWorker(Jobs.worker("w", 1), claim -> {
                go.await();
                claim.emit("progress", "{\"sent\":" + System.nanoTime() + "}");
                return new Completion.Finished("{}");
            });
            assertThat(ground.backplane().events().read(job.id(), 1, Duration.ofMinutes(1)))
                    .hasSize(1);
            Thread reader = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                while (reader.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
                go.countDown();
            });
            List<StoredEvent> events = ground.backplane().events().read(job.id(), 2, Duration.ofMinutes(1));
            long seen = System.nanoTime();
            String data = events.getFirst().dataJson();
            long sent = Long.parseLong(data.substring(8, data.length() - 1));
            assertThat(Duration.ofNanos(seen - sent)).isLessThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void aProgramThatTalksWithoutEndIsCutWithOneMark() throws Exception {
        try (Ground ground = Ground.open()) {
            String chunk = "{\"text\":\"" + "x".repeat(100_000) + "\"}";
            JobRecord job = ground.submit("acme", "1");
            ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
                for (int number = 0; number < 300; number++) {
                    claim.emit("output", chunk);
                }
                return new Completion.Finished("{}");
            });
            List<StoredEvent> events = readToEnd(ground.backplane(), job.id());
            assertGapless(events);
            assertThat(events)
                    .filteredOn(event -> event.type().equals("output"))
                    .hasSizeBetween(50, 84);
            assertThat(events)
                    .extracting(StoredEvent::type)
                    .endsWith("truncated", "finished")
                    .containsOnlyOnce("truncated");
        }
    }

    @Test
    void aJobsEventsTakeTheMemoryOfWhatTheySay() {
        try (Ground ground = Ground.open()) {
            JobRecord job = ground.submit("acme", "1");
            assertThat(Long.parseLong(ground.redis().cli("MEMORY", "USAGE", "sm:{q}:ev:" + job.id())))
                    .isLessThan(1500);
            assertThat(ground.redis().cli("XLEN", "sm:{q}:ev:" + job.id())).isEqualTo("1");
        }
    }

    @Test
    void readingAnUnknownJobIsEmptyAfterTheTimeAndLeavesNothingBehind() throws Exception {
        try (Ground ground = Ground.open()) {
            assertThat(ground.backplane().events().read(new JobId("unknown"), 0, Duration.ofMillis(50)))
                    .isEmpty();
            assertThat(ground.redis().cli("EXISTS", "sm:{q}:job:unknown", "sm:{q}:ev:unknown"))
                    .isEqualTo("0");
        }
    }
}
