package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LocalTierTest {
    private static final Clock CLOCK = Clock.systemUTC();

    private static StoredValue value(int bytes) {
        return StoredValue.of(new byte[bytes], Duration.ofHours(1), List.of(), CLOCK);
    }

    private static void fill(LocalTier tier, int count) {
        for (int number = 0; number < count; number++) {
            tier.put(new LocalKey("n", "k" + number), value(10));
        }
    }

    @Test
    void holdsNoMoreEntriesThanAllowedHoweverSmallTheyAre() {
        LocalTier tier = new LocalTier(CLOCK, 1 << 20, 100);
        fill(tier, 1000);
        Awaitility.await().until(() -> tier.share("n").entries() <= 100);
        assertThat(tier.share("n").entries()).isPositive();
        assertThat(tier.share("n").evictedBySize()).isGreaterThanOrEqualTo(900);
    }

    @Test
    void aSmallerBoundComesIntoForceForWhatIsThere() {
        LocalTier tier = new LocalTier(CLOCK, 1 << 20, 100_000);
        fill(tier, 1000);
        assertThat(tier.share("n").entries()).isEqualTo(1000);
        tier.resize(1 << 20, 50);
        Awaitility.await().until(() -> tier.share("n").entries() <= 50);
        tier.resize(1 << 20, 100_000);
        fill(tier, 1000);
        assertThat(tier.share("n").entries()).isEqualTo(1000);
        tier.resize(10_000, 100_000);
        Awaitility.await().until(() -> tier.share("n").bytes() <= 10_000);
    }

    @Test
    void whatIsOverIsCountedAsSuch() {
        LocalTier tier = new LocalTier(CLOCK, 1 << 20, 100);
        tier.put(new LocalKey("n", "k"), StoredValue.of(new byte[1], Duration.ofMillis(20), List.of(), CLOCK));
        Awaitility.await().until(() -> {
            tier.put(new LocalKey("other", "k"), value(1));
            return tier.share("n").evictedByTime() == 1;
        });
        assertThat(tier.get(new LocalKey("n", "k"))).isNull();
    }
}
