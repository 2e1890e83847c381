package dev.sandmill.sandbox.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RemovalsTest {
    private final AtomicBoolean busy = new AtomicBoolean(true);
    private final AtomicInteger removed = new AtomicInteger();
    private final FakeContainers containers = new FakeContainers();
    private final Removals removals = new Removals(busy::get);

    private Container container() throws Exception {
        return containers.create(FakeContainers.spec(1 << 28));
    }

    private void awaitRemoved(int count) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> removed.get() == count);
    }

    @Test
    void whileContainersAreWaitedForOnlyTheUrgentOnesGo() throws Exception {
        for (int i = 0; i < 5; i++) {
            removals.later(container(), removed::incrementAndGet);
        }
        Container urgent = container();
        removals.now(urgent, removed::incrementAndGet);
        awaitRemoved(1);
        assertThat(urgent.isAlive()).isFalse();
        assertThat(removals.waiting()).isEqualTo(5);
        busy.set(false);
        awaitRemoved(6);
        assertThat(containers.alive()).isZero();
    }

    @Test
    void theBacklogIsBoundedHoweverBusy() throws Exception {
        for (int i = 0; i < 70; i++) {
            removals.later(container(), removed::incrementAndGet);
        }
        awaitRemoved(6);
        assertThat(removals.waiting()).isEqualTo(64);
    }

    @Test
    void closingRemovesEveryOne() throws Exception {
        for (int i = 0; i < 20; i++) {
            removals.later(container(), removed::incrementAndGet);
        }
        removals.close();
        assertThat(containers.alive()).isZero();
    }
}
