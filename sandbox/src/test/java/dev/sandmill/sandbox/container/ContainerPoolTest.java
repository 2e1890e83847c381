package dev.sandmill.sandbox.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerPoolTest {
    private static final ContainerSpec SPEC = FakeContainers.spec(1 << 28);

    private final FakeContainers containers = new FakeContainers();
    private final List<FakeContainers.Fake> made = containers.made;
    private final ContainerPool pool = new ContainerPool(
            containers, new PoolSettings(2, 1, 2, 3, 4, Duration.ofMillis(200), Duration.ofMinutes(5)));

    private static void eventually(org.awaitility.core.ThrowingRunnable holds) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(holds);
    }

    @AfterEach
    void everyContainerIsDestroyedInTheEnd() {
        pool.close();
        assertThat(made).noneMatch(FakeContainers.Fake::isAlive);
    }

    private String use(String tenant, boolean fresh) throws Exception {
        try (Lease lease = pool.lease(SPEC, tenant, fresh)) {
            lease.giveBack(false);
            return lease.container().id() + (lease.recycled() ? " recycled" : " fresh");
        }
    }

    @Test
    void aTenantGetsItsOwnContainerAgainAndAnotherNeverDoes() throws Exception {
        assertThat(use("ada", false)).isEqualTo("fake-1 fresh");
        assertThat(use("ada", false)).isEqualTo("fake-1 recycled");
        assertThat(use("bob", false)).isEqualTo("fake-2 fresh");
        assertThat(use("ada", true)).isEqualTo("fake-3 fresh");
    }

    @Test
    void anUnprovenResetDestroys() throws Exception {
        containers.resetAnswer = new Frame.ResetFailed("/tmp");
        use("ada", false);
        eventually(() -> assertThat(made.getFirst().isAlive()).isFalse());
        assertThat(use("ada", false)).isEqualTo("fake-2 fresh");
    }

    @Test
    void aDiscardedContainerIsDestroyedAndSoIsALeaseThatWasForgotten() throws Exception {
        try (Lease lease = pool.lease(SPEC, "ada", false)) {
            assertThat(lease.recycled()).isFalse();
        }
        eventually(() -> assertThat(made.getFirst().isAlive()).isFalse());
        assertThat(pool.counts().leased()).isZero();
    }

    @Test
    void afterItsLastUseAContainerIsDestroyed() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(use("ada", false)).startsWith("fake-1");
        }
        eventually(() -> assertThat(made.getFirst().isAlive()).isFalse());
    }

    @Test
    void aWithdrawnContainerTakesNoSlotIsUnusedAndNeverComesBack() throws Exception {
        use("ada", false);
        try (Lease withdrawn = pool.withdraw(SPEC, "ada").orElseThrow();
                Lease one = pool.lease(SPEC, "ada", true);
                Lease two = pool.lease(SPEC, "ada", true)) {
            assertThat(List.of(one.container(), two.container(), made.getFirst()))
                    .doesNotContain(withdrawn.container());
            assertThatThrownBy(() -> withdrawn.giveBack(false)).isInstanceOf(IllegalStateException.class);
        }
        eventually(() -> assertThat(pool.counts().leased()).isZero());
        try (Lease one = pool.lease(SPEC, "ada", false);
                Lease two = pool.lease(SPEC, "ada", false)) {
            assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).isInstanceOf(ContainerUnavailable.class);
            assertThat(one.container()).isNotSameAs(two.container());
        }
    }

    @Test
    void withdrawnContainersLeaveHalfOfTheMemoryToPrograms() throws Exception {
        pool.boundMemory(12 * MemoryBound.withdrawn(SPEC));
        List<Lease> withdrawn = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            withdrawn.add(pool.withdraw(SPEC, "tenant-" + i).orElseThrow());
        }
        assertThat(pool.withdraw(SPEC, "ada")).isEmpty();
        try (Lease program = pool.lease(SPEC, "ada", false)) {
            assertThat(program.container()).isNotSameAs(withdrawn.getFirst().container());
        }
        withdrawn.removeFirst().discard();
        pool.withdraw(SPEC, "ada").orElseThrow().discard();
        withdrawn.forEach(Lease::discard);
        eventually(() -> assertThat(pool.counts().leased()).isZero());
        for (int i = 0; i < 6; i++) {
            pool.withdraw(SPEC, "again").orElseThrow().discard();
        }
    }

    @Test
    void slotsBoundTheLeasesAndWaitingIsBounded() throws Exception {
        try (Lease one = pool.lease(SPEC, "ada", false);
                Lease two = pool.lease(SPEC, "ada", false)) {
            assertThat(one.container()).isNotSameAs(two.container());
            assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).isInstanceOf(ContainerUnavailable.class);
        }
    }

    @Test
    void fewerSlotsComeIntoForceAsProgramsEndAndMoreAtOnce() throws Exception {
        Lease one = pool.lease(SPEC, "ada", false);
        Lease two = pool.lease(SPEC, "ada", false);
        pool.resize(1, 1);
        assertThat(List.of(one.container().isAlive(), two.container().isAlive()))
                .containsOnly(true);
        one.discard();
        assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).isInstanceOf(ContainerUnavailable.class);
        two.discard();
        try (Lease next = pool.lease(SPEC, "ada", false)) {
            assertThat(next.container().isAlive()).isTrue();
            assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).isInstanceOf(ContainerUnavailable.class);
            pool.resize(3, 1);
            try (Lease second = pool.lease(SPEC, "ada", false);
                    Lease third = pool.lease(SPEC, "ada", false)) {
                assertThat(second.container()).isNotSameAs(third.container());
            }
        }
    }

    @Test
    void aLargerPoolIsMadeAtOnceAndASmallerOneLetsGo() {
        pool.keepReady(List.of(SPEC));
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(1));
        pool.resize(2, 4);
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(4));
        pool.resize(2, 0);
        eventually(() -> assertThat(pool.counts().idle()).isZero());
        eventually(() -> assertThat(made).noneMatch(FakeContainers.Fake::isAlive));
    }

    @Test
    void aFailedCreationGivesItsSlotBack() throws Exception {
        containers.away = true;
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).hasMessageContaining("away");
        }
        containers.away = false;
        assertThat(use("ada", false)).isEqualTo("fake-1 fresh");
    }

    @Test
    void unusedContainersAreKeptReadyAndReplacedWhenTaken() throws Exception {
        pool.keepReady(List.of(SPEC));
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(1));
        assertThat(use("ada", false)).isEqualTo("fake-1 fresh");
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(2));
        assertThat(made).hasSize(2);
    }

    @Test
    void lostAndOutdatedContainersAreReplaced() {
        pool.keepReady(List.of(SPEC));
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(1));
        made.getFirst().destroy();
        pool.keepReady(List.of(SPEC));
        eventually(() -> assertThat(made).hasSize(2));
        eventually(() -> assertThat(pool.counts().idle()).isEqualTo(1));
        ContainerSpec rebuilt = FakeContainers.spec(1 << 27);
        pool.keepReady(List.of(rebuilt));
        eventually(() -> assertThat(made).hasSize(3));
        eventually(() -> assertThat(made.get(1).isAlive()).isFalse());
        assertThat(made.get(2).spec()).isEqualTo(rebuilt);
    }

    @Test
    void otherLimitsAreAnotherContainer() throws Exception {
        use("ada", false);
        try (Lease lease = pool.lease(FakeContainers.spec(1 << 27), "ada", false)) {
            assertThat(lease.recycled()).isFalse();
        }
    }

    @Test
    void usedContainersThatWaitAreBounded() throws Exception {
        for (String tenant : List.of("a", "b", "c", "d", "e")) {
            use(tenant, false);
        }
        eventually(() -> assertThat(
                        made.stream().filter(FakeContainers.Fake::isAlive).count())
                .isEqualTo(2));
    }
}
