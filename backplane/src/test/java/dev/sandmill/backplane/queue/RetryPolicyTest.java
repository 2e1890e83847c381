package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetryPolicyTest {
    @Property
    void aPauseGrowsWithTheAttemptAndStaysWithinItsBounds(@ForAll @IntRange(min = 1) int attempt, @ForAll long seed) {
        Duration pause = RetryPolicy.DEFAULT.after(attempt, new Random(seed));
        long full = Math.min(60_000, 1000L << Math.min(attempt - 1, 20));
        assertThat(pause.toMillis()).isBetween(full / 2, full);
    }
}
