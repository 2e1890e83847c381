package dev.sandmill.backplane.rates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.Ground;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RatesIT {
    @Test
    void aBurstPassesThenOneForEachIntervalOverAllProcesses() {
        try (Ground ground = Ground.open();
                Backplane elsewhere =
                        Backplane.open(BackplaneConfig.at(ground.redis().uri()))) {
            Awaitility.await().until(() -> elsewhere.health().available());
            Rates here = ground.backplane().rates();
            Rates there = elsewhere.rates();
            Duration minute = Duration.ofMinutes(1);
            assertThat(here.admit("k", minute, 3)).isZero();
            assertThat(there.admit("k", minute, 3)).isZero();
            assertThat(here.admit("k", minute, 3)).isZero();
            assertThat(there.admit("k", minute, 3)).isBetween(Duration.ofSeconds(30), minute);
            assertThat(here.admit("k", minute, 3)).isBetween(Duration.ofSeconds(30), minute);
            assertThat(here.admit("other", minute, 3)).isZero();
        }
    }

    @Test
    void nobodyIsRefusedForAsLongAsTheClockOfRedisWasTurnedBack() {
        try (Ground ground = Ground.open()) {
            Rates rates = ground.backplane().rates();
            Duration second = Duration.ofSeconds(1);
            assertThat(rates.admit("k", second, 3)).isZero();
            String hourAhead = ground.redis().cli("EVAL", "return redis.call('TIME')[1] * 1000 + 3600000", "0");
            ground.redis().cli("SET", "rl:{k}", hourAhead);
            assertThat(rates.admit("k", second, 3)).isZero();
        }
    }

    @Test
    void aBucketFillsAgainAndLeavesNothingBehind() {
        try (Ground ground = Ground.open()) {
            Rates rates = ground.backplane().rates();
            Duration interval = Duration.ofMillis(200);
            assertThat(rates.admit("k", interval, 1)).isZero();
            Awaitility.await().until(() -> rates.admit("k", interval, 1).isZero());
            Awaitility.await()
                    .until(() -> ground.redis().cli("EXISTS", "rl:{k}").equals("0"));
        }
    }
}
