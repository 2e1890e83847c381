package dev.sandmill.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One persistence mode: all queues on the same Redis, in turn, so that whatever else the machine does
/// meets all.
final class QueueContest {
    /// How much is measured.
    ///
    /// @param rounds each of submitting and then draining `jobs`; the median counts
    /// @param warmUps rounds before that, which do not count
    /// @param pacedRounds each of `pacedJobs` offered at a rate; all of their jobs count
    /// @param pacedWarmUps rounds before that, which do not count
    record Plan(
            int jobs, int rounds, int warmUps, int pacedJobs, int pacedRounds, int pacedWarmUps, int jobsPerSecond) {
        Plan {
            if (jobs < 1 || rounds < 1 || pacedJobs < 1 || pacedRounds < 1 || jobsPerSecond < 1) {
                throw new IllegalArgumentException("a contest needs jobs, rounds and a rate of at least 1");
            }
            if (warmUps < 0 || pacedWarmUps < 0) {
                throw new IllegalArgumentException("a contest has no fewer than 0 rounds that do not count");
            }
        }
    }

    /// What one queue did: medians, and every round behind them.
    ///
    /// @param enqueueToStartP50Millis null where it was not asked
    record Figures(
            double submitPerSecond,
            double drainPerSecond,
            @Nullable Double enqueueToStartP50Millis,
            @Nullable Double enqueueToStartP99Millis,
            List<Double> submitRounds,
            List<Double> drainRounds) {}

    /// All queues in one mode.
    ///
    /// @param floor what a single `SET` took at the same rate, in the same minutes
    record Outcome(List<Figures> figures, Latencies floor) {}

    private QueueContest() {}

    /// Ours first, then BullMQ by one job at a time, then BullMQ by half of the jobs in flight at a time.
    static Outcome run(Path folder, BullmqQueue.Installation bullmq, PrivateRedis.Persistence mode, Plan plan)
            throws IOException, InterruptedException {
        List<QueueContestant> contestants = new ArrayList<>();
        try (PrivateRedis redis = PrivateRedis.start(folder, mode)) {
            try {
                contestants.add(new OwnQueue(redis.uri()));
                if (bullmq.folder().isPresent()) {
                    Path peer = bullmq.folder().get();
                    contestants.add(new BullmqQueue(peer, redis.port(), 1));
                    contestants.add(new BullmqQueue(peer, redis.port(), QueueContestant.IN_FLIGHT / 2));
                }
                return measure(contestants, redis, plan);
            } finally {
                for (QueueContestant contestant : contestants) {
                    contestant.close();
                }
            }
        }
    }

    private static Outcome measure(List<QueueContestant> contestants, PrivateRedis redis, Plan plan)
            throws IOException, InterruptedException {
        double[][] submits = new double[contestants.size()][plan.rounds()];
        double[][] drains = new double[contestants.size()][plan.rounds()];
        for (int round = -plan.warmUps(); round < plan.rounds(); round++) {
            for (int who = 0; who < contestants.size(); who++) {
                double submitted = contestants.get(who).submit(plan.jobs());
                double drained = contestants.get(who).drain(plan.jobs());
                if (round >= 0) {
                    submits[who][round] = submitted;
                    drains[who][round] = drained;
                }
            }
        }
        Paced paced = Paced.measure(contestants.subList(0, Math.min(2, contestants.size())), redis, plan);
        List<Figures> figures = new ArrayList<>();
        for (int who = 0; who < contestants.size(); who++) {
            Latencies waits = who < paced.waits().size() ? paced.waits().get(who) : null;
            figures.add(new Figures(
                    median(submits[who]),
                    median(drains[who]),
                    waits == null ? null : waits.millis(50),
                    waits == null ? null : waits.millis(99),
                    Arrays.stream(submits[who]).boxed().toList(),
                    Arrays.stream(drains[who]).boxed().toList()));
        }
        return new Outcome(figures, paced.floor());
    }

    /// How long jobs that were offered at a rate waited for their start, and how long a `SET` took in their
    /// place.
    private record Paced(List<Latencies> waits, Latencies floor) {
        static Paced measure(List<QueueContestant> contestants, PrivateRedis redis, Plan plan)
                throws IOException, InterruptedException {
            List<List<Latencies>> waits = new ArrayList<>();
            List<Latencies> floor = new ArrayList<>();
            contestants.forEach(_ -> waits.add(new ArrayList<>()));
            for (int round = -plan.pacedWarmUps(); round < plan.pacedRounds(); round++) {
                for (int who = 0; who < contestants.size(); who++) {
                    Latencies waited = contestants.get(who).paced(plan.pacedJobs(), plan.jobsPerSecond());
                    if (round >= 0) {
                        waits.get(who).add(waited);
                    }
                }
                if (round >= 0) {
                    floor.add(new SetLoop(redis.port()).paced(plan.pacedJobs() / 2, plan.jobsPerSecond()));
                }
            }
            return new Paced(waits.stream().map(Latencies::all).toList(), Latencies.all(floor));
        }
    }

    private static double median(double[] rounds) {
        return Arrays.stream(rounds).sorted().toArray()[rounds.length / 2];
    }
}
