package dev.sandmill.sandbox.container;

import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Containers without Docker, which answer a reset as told.
final class FakeContainers implements ContainerFactory {
    final List<Fake> made = new CopyOnWriteArrayList<>();
    final AtomicInteger beingMade = new AtomicInteger();
    final AtomicInteger mostAtATime = new AtomicInteger();
    volatile Frame.FromInit resetAnswer = new Frame.ResetDone();
    volatile boolean away;
    /// Creations wait for it.
    volatile CountDownLatch gate = new CountDownLatch(0);

    /// What else a creation does.
    volatile Runnable meanwhile = () -> {};

    private final AtomicInteger numbers = new AtomicInteger();

    static ContainerSpec spec(long memoryBytes) {
        return ContainerSpec.cold(new PoolKey("sha256:1", memoryBytes, 64, 1 << 26, false));
    }

    @Override
    public Container create(ContainerSpec spec) throws ContainerUnavailable, InterruptedException {
        mostAtATime.accumulateAndGet(beingMade.incrementAndGet(), Math::max);
        try {
            gate.await();
            meanwhile.run();
            if (away) {
                throw new ContainerUnavailable("away", null);
            }
            Fake container = new Fake(numbers.incrementAndGet(), spec, resetAnswer);
            made.add(container);
            return container;
        } finally {
            beingMade.decrementAndGet();
        }
    }

    long alive() {
        return made.stream().filter(Fake::isAlive).count();
    }

    static final class Fake implements Container {
        private final String id;
        private final ContainerSpec spec;
        private final Frame.FromInit resetAnswer;
        private volatile boolean alive = true;

        Fake(int number, ContainerSpec spec, Frame.FromInit resetAnswer) {
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
}
