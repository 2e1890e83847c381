package dev.sandmill.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One persistence mode: all queues on the same Redis, in turn, so that whatever else the machine does meets all.
final class QueueContest {
    /// How much is measured.
    ///
    /// @param rounds each of submitting and then draining `jobs`; the median counts
    /// @param warmUps rounds before that, which do not count
    record Plan(int jobs, int rounds, int warmUps, int pacedJobs, int jobsPerSecond) {
        Plan {
            if (jobs < 1 || rounds < 1 || warmUps < 0 || pacedJobs < 1 || jobsPerSecond < 1) {
                throw new IllegalArgumentException("a contest needs jobs, rounds and a rate of at least 1");
            }
        }
    }

    /// What one queue did: medians, and every round behind them.
    record Figures(
            double submitPerSecond,
            double drainPerSecond,
            double enqueueToStartP50Millis,
            double enqueueToStartP99Millis,
            List<Double> submitRounds,
            List<Double> drainRounds) {}

    private QueueContest() {}

    /// Ours first, then BullMQ keeping a finished job for a day as ours does, then BullMQ removing it at once.
    static List<Figures> run(Path folder, BullmqQueue.Installation bullmq, PrivateRedis.Persistence mode, Plan plan)
            throws IOException, InterruptedException {
        List<QueueContestant> contestants = new ArrayList<>();
        try (PrivateRedis redis = PrivateRedis.start(folder, mode)) {
            try {
                contestants.add(new OwnQueue(redis.uri()));
                if (bullmq.folder().isPresent()) {
                    contestants.add(new BullmqQueue(bullmq.folder().get(), redis.port(), 24 * 3600));
                    contestants.add(new BullmqQueue(bullmq.folder().get(), redis.port(), 0));
                }
                return measure(contestants, plan);
            } finally {
                for (QueueContestant contestant : contestants) {
                    contestant.close();
                }
            }
        }
    }

    private static List<Figures> measure(List<QueueContestant> contestants, Plan plan)
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
        List<Figures> figures = new ArrayList<>();
        for (int who = 0; who < contestants.size(); who++) {
            Latencies waits = contestants.get(who).paced(plan.pacedJobs(), plan.jobsPerSecond());
            figures.add(new Figures(
                    median(submits[who]),
                    median(drains[who]),
                    waits.millis(50),
                    waits.millis(99),
                    Arrays.stream(submits[who]).boxed().toList(),
                    Arrays.stream(drains[who]).boxed().toList()));
        }
        return figures;
    }

    private static double median(double[] rounds) {
        return Arrays.stream(rounds).sorted().toArray()[rounds.length / 2];
    }
}
