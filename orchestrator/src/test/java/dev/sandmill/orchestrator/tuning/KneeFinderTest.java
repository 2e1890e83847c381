package dev.sandmill.orchestrator.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A modelled server with so many places: what comes on top waits. Its best number is known.
class KneeFinderTest {
    private static final double SECONDS_PER_RUN = 0.02;

    private static void measure(KneeFinder finder, int places, double noise, Random random) {
        int limit = finder.limit();
        double wave = 1 + noise * (2 * random.nextDouble() - 1);
        double perSecond = Math.min(limit, places) / SECONDS_PER_RUN * wave;
        double latency = SECONDS_PER_RUN * Math.max(1, (double) limit / places) / wave;
        finder.measured(perSecond, latency);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "1, 6", "4, 6", "64, 6", "1, 40", "16, 3", "64, 64"})
    void findsTheKneeFromAnywhereAndHoldsIt(int start, int places) {
        KneeFinder finder = new KneeFinder(1, 64, start);
        Random random = new Random(42);
        for (int look = 0; look < 60 && !finder.isHolding(); look++) {
            measure(finder, places, 0, random);
        }
        assertThat(finder.isHolding()).isTrue();
        assertThat((double) finder.limit()).isBetween(places * 0.89, places * 1.11);
    }

    @ParameterizedTest
    @CsvSource({"1, 6, 7", "1, 24, 8", "16, 3, 9"})
    void staysNearTheKneeThoughWhatIsMeasuredWavers(int start, int places, long seed) {
        KneeFinder finder = new KneeFinder(1, 64, start);
        Random random = new Random(seed);
        int far = 0;
        for (int look = 0; look < 1000; look++) {
            measure(finder, places, 0.04, random);
            boolean near = finder.limit() >= places * 0.6 && finder.limit() <= places * 1.5 + 1;
            far += look > 50 && !near ? 1 : 0;
        }
        assertThat(far).isLessThan(50);
    }

    @Test
    void followsAKneeThatMoves() {
        KneeFinder finder = new KneeFinder(1, 64, 4);
        Random random = new Random(1);
        for (int look = 0; look < 300; look++) {
            measure(finder, 4, 0, random);
        }
        assertThat(finder.limit()).isEqualTo(4);
        for (int look = 0; look < 1500; look++) {
            measure(finder, 12, 0, random);
        }
        assertThat(finder.limit()).isBetween(11, 13);
        for (int look = 0; look < 1500; look++) {
            measure(finder, 2, 0, random);
        }
        assertThat(finder.limit()).isBetween(1, 3);
    }

    @Test
    void neverLeavesItsBounds() {
        KneeFinder finder = new KneeFinder(3, 9, 100);
        assertThat(finder.limit()).isEqualTo(9);
        Random random = new Random(3);
        for (int look = 0; look < 500; look++) {
            finder.measured(1 + 100 * random.nextDouble(), 0.01 + random.nextDouble());
            assertThat(finder.limit()).isBetween(3, 9);
        }
    }
}
