package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class FairnessIT {
    private static List<String> runAll(Ground ground, int jobs) {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
            order.add(claim.job().tenant());
            return new Completion.Finished("{}");
        });
        Awaitility.await().until(() -> order.size() == jobs);
        return List.copyOf(order);
    }

    @Test
    void whoComesLateDoesNotWaitBehindAFlood() {
        try (Ground ground = Ground.open()) {
            for (int number = 0; number < 200; number++) {
                ground.submit("flood", "" + number);
            }
            for (int number = 0; number < 5; number++) {
                ground.submit("late", "" + number);
            }
            List<String> order = runAll(ground, 205);
            assertThat(order.lastIndexOf("late")).isLessThan(20);
        }
    }

    @Test
    void aHeavierTenantGetsItsShareOfEachRound() {
        try (Ground ground = Ground.open()) {
            ground.queue().stats();
            ground.redis().cli("HSET", "sm:{q}:weights", "heavy", "3");
            for (int number = 0; number < 100; number++) {
                ground.submit("heavy", "" + number);
                ground.submit("light", "" + number);
            }
            List<String> order = runAll(ground, 200);
            assertThat(order.subList(0, 80)).filteredOn("heavy"::equals).hasSizeBetween(55, 65);
        }
    }

    @Test
    void aTenantWhoCancelsAndSubmitsAgainHasOneTurnLikeEveryoneElse() {
        try (Ground ground = Ground.open()) {
            for (int number = 0; number < 10; number++) {
                ground.submit("patient", "" + number);
            }
            for (int round = 0; round < 20; round++) {
                JobRecord job = ground.submit("pushy", "x");
                ground.queue().cancel("pushy", job.id(), Jobs.CANCELLED);
            }
            for (int number = 0; number < 10; number++) {
                ground.submit("pushy", "" + number);
            }
            assertThat(ground.redis()
                            .cli("LRANGE", "sm:{q}:ring:execute", "0", "-1")
                            .lines())
                    .containsExactlyInAnyOrder("patient", "pushy");
            assertThat(runAll(ground, 20).subList(0, 14))
                    .filteredOn("pushy"::equals)
                    .hasSizeLessThanOrEqualTo(6);
        }
    }

    @Test
    void aTenantsOwnJobsRunInTheirOrder() {
        try (Ground ground = Ground.open()) {
            for (int number = 0; number < 50; number++) {
                ground.submit("acme", "n" + number);
            }
            List<String> order = Collections.synchronizedList(new ArrayList<>());
            ground.queue().startWorker(Jobs.worker("w", 1), claim -> {
                order.add(claim.job().id().value());
                return new Completion.Finished("{}");
            });
            Awaitility.await().until(() -> order.size() == 50);
            assertThat(order).isSorted();
        }
    }
}
