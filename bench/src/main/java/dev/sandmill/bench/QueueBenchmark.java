package dev.sandmill.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The queue beside BullMQ, both on one private Redis, for each way of keeping it on the disk.
final class QueueBenchmark implements Benchmark {
    private static final QueueContest.Plan WHOLE = new QueueContest.Plan(10_000, 5, 3, 5_000, 1_000);

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

    /// @param bullmq ran beside it, keeping finished jobs for a day as ours does; null where it is missing
    /// @param bullmqRemoving the same, removing them at once
    record Line(
            String persistence,
            double submitPerSecond,
            double drainPerSecond,
            double enqueueToStartP50Millis,
            double enqueueToStartP99Millis,
            List<Double> submitRounds,
            List<Double> drainRounds,
            @Nullable Double submitRatio,
            @Nullable Double drainRatio,
            QueueContest.@Nullable Figures bullmq,
            QueueContest.@Nullable Figures bullmqRemoving) {
        static Line of(PrivateRedis.Persistence mode, List<QueueContest.Figures> all) {
            QueueContest.Figures ours = all.getFirst();
            QueueContest.Figures bullmq = all.size() > 1 ? all.get(1) : null;
            return new Line(
                    mode.label(),
                    ours.submitPerSecond(),
                    ours.drainPerSecond(),
                    ours.enqueueToStartP50Millis(),
                    ours.enqueueToStartP99Millis(),
                    ours.submitRounds(),
                    ours.drainRounds(),
                    bullmq == null ? null : ours.submitPerSecond() / bullmq.submitPerSecond(),
                    bullmq == null ? null : ours.drainPerSecond() / bullmq.drainPerSecond(),
                    bullmq,
                    all.size() > 2 ? all.get(2) : null);
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
            List<QueueContest.Figures> figures = QueueContest.run(folder, bullmq, mode, plan);
            lines.add(Line.of(mode, figures));
            if (!json) {
                print(out, mode, figures);
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

    private void print(PrintStream out, PrivateRedis.Persistence mode, List<QueueContest.Figures> figures) {
        List<String> names = List.of("sandmill", "BullMQ", "BullMQ, removed at once");
        QueueContest.Figures ours = figures.getFirst();
        for (int who = 0; who < figures.size(); who++) {
            QueueContest.Figures one = figures.get(who);
            String ratio = who == 0
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "   ours: %.2fx and %.2fx",
                            ours.submitPerSecond() / one.submitPerSecond(),
                            ours.drainPerSecond() / one.drainPerSecond());
            out.printf(
                    Locale.ROOT,
                    "%-9s %-24s submit %7.0f/s   drain %7.0f/s   at %d/s to start: p50 %6.2f ms   p99 %6.2f ms%s%n",
                    mode.label(),
                    names.get(who),
                    one.submitPerSecond(),
                    one.drainPerSecond(),
                    plan.jobsPerSecond(),
                    one.enqueueToStartP50Millis(),
                    one.enqueueToStartP99Millis(),
                    ratio);
        }
    }
}
