package dev.sandmill.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The queue beside BullMQ, both on one private Redis, for each way of keeping it on the disk.
final class QueueBenchmark implements Benchmark {
    private static final QueueContest.Plan WHOLE = new QueueContest.Plan(10_000, 5, 3, 3_000, 3, 2, 1_000);

    private final QueueContest.Plan plan;

    QueueBenchmark() {
        this(WHOLE);
    }

    QueueBenchmark(QueueContest.Plan plan) {
        this.plan = plan;
    }

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public String description() {
        return "jobs submitted and drained per second and their wait for a start, beside BullMQ on the same Redis";
    }

    @Override
    public boolean writesJson() {
        return true;
    }

    @Override
    public boolean needsService() {
        return false;
    }

    /// @param setP99Millis of a `SET` at the same rate, for the disk's part in what the queues needed
    /// @param submitRatio to the faster of BullMQ's two ways
    /// @param bullmq ran beside it; null where it is missing
    /// @param bullmqBulk the same with `addBulk`
    record Line(
            String persistence,
            double submitPerSecond,
            double drainPerSecond,
            double enqueueToStartP50Millis,
            double enqueueToStartP99Millis,
            double setP50Millis,
            double setP99Millis,
            List<Double> submitRounds,
            List<Double> drainRounds,
            @Nullable Double submitRatio,
            @Nullable Double drainRatio,
            QueueContest.@Nullable Figures bullmq,
            QueueContest.@Nullable Figures bullmqBulk) {
        static Line of(PrivateRedis.Persistence mode, QueueContest.Outcome outcome) {
            QueueContest.Figures ours = outcome.figures().getFirst();
            boolean alone = outcome.figures().size() == 1;
            QueueContest.Figures bullmq = alone ? null : outcome.figures().get(1);
            QueueContest.Figures bulk = alone ? null : outcome.figures().get(2);
            return new Line(
                    mode.label(),
                    ours.submitPerSecond(),
                    ours.drainPerSecond(),
                    Objects.requireNonNull(ours.enqueueToStartP50Millis()),
                    Objects.requireNonNull(ours.enqueueToStartP99Millis()),
                    outcome.floor().millis(50),
                    outcome.floor().millis(99),
                    ours.submitRounds(),
                    ours.drainRounds(),
                    bullmq == null || bulk == null
                            ? null
                            : ours.submitPerSecond() / Math.max(bullmq.submitPerSecond(), bulk.submitPerSecond()),
                    bullmq == null || bulk == null
                            ? null
                            : ours.drainPerSecond() / Math.max(bullmq.drainPerSecond(), bulk.drainPerSecond()),
                    bullmq,
                    bulk);
        }
    }

    /// @param baseline what ran beside it, or why nothing did
    record Result(
            String benchmark,
            int processors,
            QueueContest.Plan plan,
            int payloadBytes,
            int inFlight,
            int slots,
            String baseline,
            List<Line> lines) {}

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        Path folder = target.keyFile().resolveSibling("bench");
        BullmqQueue.Installation bullmq = BullmqQueue.install(folder, System.getenv());
        String baseline = bullmq.folder().isPresent()
                ? "BullMQ 6.7.0, finished jobs kept for a day as ours are"
                : "none: BullMQ is missing, since " + bullmq.reason();
        int processors = Runtime.getRuntime().availableProcessors();
        if (!json) {
            out.printf(
                    "processors: %d   payload: %d bytes   in flight: %d   slots: %d   baseline: %s%n",
                    processors,
                    QueueContestant.PAYLOAD_BYTES,
                    QueueContestant.IN_FLIGHT,
                    QueueContestant.SLOTS,
                    baseline);
        }
        List<Line> lines = new ArrayList<>();
        for (PrivateRedis.Persistence mode : PrivateRedis.Persistence.values()) {
            QueueContest.Outcome outcome = QueueContest.run(folder, bullmq, mode, plan);
            lines.add(Line.of(mode, outcome));
            if (!json) {
                print(out, mode, outcome);
            }
        }
        if (json) {
            out.println(JsonMapper.shared()
                    .writeValueAsString(new Result(
                            name(),
                            processors,
                            plan,
                            QueueContestant.PAYLOAD_BYTES,
                            QueueContestant.IN_FLIGHT,
                            QueueContestant.SLOTS,
                            baseline,
                            lines)));
        }
    }

    private void print(PrintStream out, PrivateRedis.Persistence mode, QueueContest.Outcome outcome) {
        List<String> names = List.of("sandmill", "BullMQ, add", "BullMQ, addBulk");
        QueueContest.Figures ours = outcome.figures().getFirst();
        for (int who = 0; who < outcome.figures().size(); who++) {
            QueueContest.Figures one = outcome.figures().get(who);
            String ratio = who == 0
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "   ours: %.2fx and %.2fx",
                            ours.submitPerSecond() / one.submitPerSecond(),
                            ours.drainPerSecond() / one.drainPerSecond());
            out.printf(
                    Locale.ROOT,
                    "%-9s %-16s submit %7.0f/s   drain %7.0f/s%s%s%n",
                    mode.label(),
                    names.get(who),
                    one.submitPerSecond(),
                    one.drainPerSecond(),
                    start(one.enqueueToStartP50Millis(), one.enqueueToStartP99Millis()),
                    ratio);
        }
        out.printf(
                Locale.ROOT,
                "%-9s %-16s at %d/s: p50 %6.2f ms   p99 %6.2f ms%n",
                mode.label(),
                "a SET alone",
                plan.jobsPerSecond(),
                outcome.floor().millis(50),
                outcome.floor().millis(99));
    }

    private String start(@Nullable Double median, @Nullable Double high) {
        return median == null || high == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "   at %d/s to start: p50 %6.2f ms   p99 %6.2f ms",
                        plan.jobsPerSecond(),
                        median,
                        high);
    }
}
