package dev.sandmill.sandbox.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerPoolTest {
    private static final ContainerSpec SPEC = spec(1 << 28);

    /// A container without Docker: answers a reset as told.
    private static final class FakeContainer implements Container {
        private final String id;
        private final ContainerSpec spec;
        private final Frame.FromInit resetAnswer;
        private volatile boolean alive = true;

        FakeContainer(int number, ContainerSpec spec, Frame.FromInit resetAnswer) {
            this.id = "fake-" + number;
            this.spec = spec;
            this.resetAnswer = resetAnswer;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public ContainerSpec spec() {
            return spec;
        }

        @Override
        public void send(List<? extends Frame.FromHost> frames) throws ContainerLost {
            if (!alive) {
                throw new ContainerLost("gone", false);
            }
        }

        @Override
        public Optional<Frame.FromInit> receive(Duration patience) {
            return Optional.of(resetAnswer);
        }

        @Override
        public boolean isAlive() {
            return alive;
        }

        @Override
        public void destroy() {
            alive = false;
        }
    }

    private final AtomicInteger numbers = new AtomicInteger();
    private final List<FakeContainer> made = new CopyOnWriteArrayList<>();
    private volatile Frame.FromInit resetAnswer = new Frame.ResetDone();
    private volatile boolean away;
    private final ContainerPool pool =
            new ContainerPool(this::make, new PoolSettings(2, 1, 2, 3, Duration.ofMillis(200)));

    private Container make(ContainerSpec spec) throws ContainerUnavailable {
        if (away) {
            throw new ContainerUnavailable("away", null);
        }
        FakeContainer container = new FakeContainer(numbers.incrementAndGet(), spec, resetAnswer);
        made.add(container);
        return container;
    }

    private static ContainerSpec spec(long memory) {
        return new ContainerSpec(new PoolKey("sha256:1", memory, 64, 1 << 26, false), List.of(), List.of());
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable holds) {
        Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(holds);
    }

    @AfterEach
    void everyContainerIsDestroyedInTheEnd() {
        pool.close();
        assertThat(made).noneMatch(FakeContainer::isAlive);
    }

    private String use(String tenant, boolean fresh) throws Exception {
        try (Lease lease = pool.lease(SPEC, tenant, fresh)) {
            lease.giveBack();
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
        resetAnswer = new Frame.ResetFailed("/tmp");
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
    void slotsBoundTheLeasesAndWaitingIsBounded() throws Exception {
        try (Lease one = pool.lease(SPEC, "ada", false);
                Lease two = pool.lease(SPEC, "ada", false)) {
            assertThat(one.container()).isNotSameAs(two.container());
            assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).isInstanceOf(ContainerUnavailable.class);
        }
    }

    @Test
    void aFailedCreationGivesItsSlotBack() throws Exception {
        away = true;
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> pool.lease(SPEC, "ada", false)).hasMessageContaining("away");
        }
        away = false;
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
        ContainerSpec rebuilt = spec(1 << 27);
        pool.keepReady(List.of(rebuilt));
        eventually(() -> assertThat(made).hasSize(3));
        eventually(() -> assertThat(made.get(1).isAlive()).isFalse());
        assertThat(made.get(2).spec()).isEqualTo(rebuilt);
    }

    @Test
    void otherLimitsAreAnotherContainer() throws Exception {
        use("ada", false);
        try (Lease lease = pool.lease(spec(1 << 27), "ada", false)) {
            assertThat(lease.recycled()).isFalse();
        }
    }

    @Test
    void usedContainersThatWaitAreBounded() throws Exception {
        for (String tenant : List.of("a", "b", "c", "d", "e")) {
            use(tenant, false);
        }
        eventually(() ->
                assertThat(made.stream().filter(FakeContainer::isAlive).count()).isEqualTo(2));
    }
}
