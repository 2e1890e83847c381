package dev.sandmill.sandbox.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerPoolBoundsTest {
    private static final ContainerSpec SPEC = FakeContainers.spec(256 << 20);
    private static final ContainerSpec OTHER = FakeContainers.spec(128 << 20);
    private static final long IDLE = MemoryBound.waiting(SPEC);
    private static final long USED = MemoryBound.used(SPEC);

    private final AtomicLong clock = new AtomicLong();
    private final FakeContainers containers = new FakeContainers();
    private final ContainerPool pool = new ContainerPool(
            containers,
            new PoolSettings(100, 2, 100, 1000, 3, Duration.ofMillis(200), Duration.ofMinutes(5)),
            clock::get);

    @AfterEach
    void everyContainerIsDestroyedInTheEnd() {
        containers.gate.countDown();
        pool.close();
        assertThat(containers.alive()).isZero();
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable holds) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(holds);
    }

    private void use(ContainerSpec spec, String tenant) throws Exception {
        try (Lease lease = pool.lease(spec, tenant, false)) {
            lease.giveBack(false);
        }
        eventually(() -> assertThat(pool.counts().leased()).isZero());
    }

    @Test
    void aHundredLeasesAtOnceMakeAFewContainersAtATimeAndAllSucceed() throws Exception {
        ContainerPool patient = new ContainerPool(
                containers, new PoolSettings(100, 2, 100, 1000, 3, Duration.ofSeconds(30), Duration.ofMinutes(5)));
        try (patient;
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            containers.gate = new CountDownLatch(1);
            List<Future<Lease>> leases = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String tenant = "tenant-" + i;
                leases.add(callers.submit(() -> patient.lease(SPEC, tenant, true)));
            }
            eventually(() -> assertThat(containers.beingMade).hasValue(3));
            containers.gate.countDown();
            for (Future<Lease> lease : leases) {
                lease.get().giveBack(false);
            }
            assertThat(containers.mostAtATime).hasValue(3);
        }
    }

    @Test
    void aLeaseThatWaitsForACreationTakesWhatComesBackMeanwhile() throws Exception {
        use(SPEC, "ada");
        Lease first = pool.lease(SPEC, "ada", false);
        containers.gate = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Lease>> stuck = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                stuck.add(callers.submit(() -> pool.lease(OTHER, "bob", false)));
            }
            eventually(() -> assertThat(containers.beingMade).hasValue(3));
            Future<Lease> waiting = callers.submit(() -> pool.lease(SPEC, "ada", false));
            first.giveBack(false);
            assertThat(waiting.get().container()).isSameAs(first.container());
            containers.gate.countDown();
            for (Future<Lease> lease : stuck) {
                lease.get().discard();
            }
        }
    }

    @Test
    void memoryBoundsTheLeasesAndTheRefusalTellsIt() throws Exception {
        pool.boundMemory(USED + IDLE);
        try (Lease lease = pool.lease(SPEC, "ada", false)) {
            assertThatThrownBy(() -> pool.lease(SPEC, "bob", false))
                    .isInstanceOf(ContainerUnavailable.class)
                    .hasMessageContaining("memory reserved is " + USED + " of " + (USED + IDLE));
            lease.giveBack(false);
        }
        use(SPEC, "bob");
    }

    @Test
    void aContainerThatIsThrownAwayHoldsItsMemoryUntilItIsGone() throws Exception {
        pool.boundMemory(USED);
        pool.lease(SPEC, "ada", false).discard();
        use(SPEC, "bob");
        assertThat(containers.made.getFirst().isAlive()).isFalse();
    }

    @Test
    void aContainerThatCanNeverFitIsRefusedAtOnce() {
        pool.boundMemory(USED - 1);
        assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).hasMessageContaining("limits.memoryBytes");
    }

    @Test
    void whatWaitedLongestMakesRoomForOthers() throws Exception {
        use(SPEC, "ada");
        use(OTHER, "bob");
        pool.boundMemory(USED + IDLE);
        try (Lease lease = pool.lease(SPEC, "eve", false)) {
            eventually(() -> assertThat(containers.made.getFirst().isAlive()).isFalse());
            assertThat(containers.made.get(1).isAlive()).isTrue();
            lease.giveBack(false);
        }
    }

    @Test
    void nothingIsMadeAheadOverTheMemoryBound() throws Exception {
        pool.boundMemory(USED + IDLE);
        try (Lease lease = pool.lease(SPEC, "ada", false)) {
            pool.keepReady(List.of(SPEC));
            eventually(() -> assertThat(pool.counts().idle()).isEqualTo(1));
            assertThat(pool.counts().starting()).isZero();
            lease.discard();
        }
    }

    @Test
    void takesRaiseWhatIsKeptAheadAndQuietBringsItBackToTheFloor() throws Exception {
        containers.meanwhile = () -> clock.addAndGet(Duration.ofMillis(100).toNanos());
        pool.keepReady(List.of(SPEC));
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(2));
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            leases.add(pool.lease(SPEC, "tenant-" + i, true));
        }
        eventually(() -> assertThat(pool.counts().idle()).isGreaterThan(2));
        leases.forEach(Lease::discard);
        clock.addAndGet(Duration.ofMinutes(2).toNanos());
        pool.keepReady(List.of(SPEC));
        eventually(() -> assertThat(containers.alive()).isEqualTo(2));
    }

    @Test
    void aUsedContainerWaitsForItsTenantOnlySoLong() throws Exception {
        use(SPEC, "ada");
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(1));
        clock.addAndGet(Duration.ofMinutes(6).toNanos());
        pool.keepReady(List.of());
        eventually(() -> assertThat(containers.alive()).isZero());
    }

    @Test
    void creationsThatFailInARowAreTroubleUntilOneSucceedsOrAPauseIsOver() throws Exception {
        containers.away = true;
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).hasMessageContaining("away");
        }
        assertThat(pool.trouble()).isEmpty();
        assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).hasMessageContaining("away");
        assertThat(pool.trouble()).hasValueSatisfying(why -> assertThat(why).contains("last 5", "away"));
        clock.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(pool.trouble()).isEmpty();
        assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).hasMessageContaining("away");
        assertThat(pool.trouble()).isPresent();
        containers.away = false;
        use(SPEC, "ada");
        assertThat(pool.trouble()).isEmpty();
    }
}
