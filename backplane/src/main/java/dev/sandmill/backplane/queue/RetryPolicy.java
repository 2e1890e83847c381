package dev.sandmill.backplane.queue;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long a failed job waits: exponential from the first pause to the longest, the upper half of it random.
record RetryPolicy(Duration first, Duration longest) {
    static final RetryPolicy DEFAULT = new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(60));

    Duration after(int attempt, RandomGenerator random) {
        int doublings = Math.clamp(attempt - 1L, 0, 30);
        long full = Math.min(longest.toMillis(), first.toMillis() << doublings);
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }
}
