package dev.sandmill.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerPool;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.Lease;
import dev.sandmill.sandbox.container.PoolKey;
import dev.sandmill.sandbox.container.PoolSettings;
import dev.sandmill.sandbox.run.PreparedProgram.Invocation;
import dev.sandmill.sandbox.wire.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// A job that is cancelled after its program's end, while its files are on their way.
class CancelDuringCollectionTest {
    private static final ContainerSpec SPEC = new ContainerSpec(
            new PoolKey("sha256:1", 1 << 28, 64, 1 << 26, false),
            Frame.Warmth.NONE,
            0,
            0,
            List.of(),
            List.of(),
            List.of());
    private static final Limits LIMITS = new Limits(5_000, 5_000, 1 << 28, 64, 1 << 20, 1 << 26);

    /// Its program ends well at once; of its files it sends one, then half of another, then nothing.
    private static final class SlowFiles implements Container {
        final CountDownLatch silent = new CountDownLatch(1);
        final List<Frame> said = Collections.synchronizedList(new ArrayList<>());
        private final Deque<Frame.FromInit> script = new ArrayDeque<>();
        private volatile boolean alive = true;

        @Override
        public String id() {
            return "slow";
        }

        @Override
        public ContainerSpec spec() {
            return SPEC;
        }

        @Override
        public void send(List<? extends Frame.FromHost> frames) {
            said.addAll(frames);
            if (frames.getLast() instanceof Frame.Collect) {
                script.add(new Frame.ArtifactFound(2, "a".getBytes(StandardCharsets.UTF_8), ""));
                script.add(new Frame.ArtifactData(new byte[2]));
                script.add(new Frame.ArtifactFound(2, "b".getBytes(StandardCharsets.UTF_8), ""));
                script.add(new Frame.ArtifactData(new byte[1]));
            } else {
                script.add(new Frame.Started());
                script.add(new Frame.Exit(
                        Frame.ExitKind.EXITED, 0, Frame.LimitHit.NONE, false, 1000, 1000, 1 << 20, 1, 0, 0));
            }
        }

        @Override
        public Optional<Frame.FromInit> receive(Duration patience) throws InterruptedException {
            if (script.isEmpty()) {
                silent.countDown();
                Thread.sleep(patience);
            }
            return Optional.ofNullable(script.poll());
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

    private static PreparedProgram program() {
        ExecuteCode code = new ExecuteCode(
                "python",
                "x",
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(new ProgramInput(Content.EMPTY, List.of()), new ProgramInput(Content.EMPTY, List.of())),
                LIMITS,
                PolicyLevel.OFF,
                Isolation.AUTO,
                CacheMode.OFF,
                List.of("**"));
        Invocation once = new Invocation(List.of("/program"), Content.EMPTY);
        return new PreparedProgram(code, SPEC, false, false, List.of(), List.of(), List.of(once, once), List.of());
    }

    @Test
    void isAnsweredAsCancelledWithoutFilesOrFurtherRunsAndCostsItsContainer() throws Exception {
        SlowFiles container = new SlowFiles();
        List<Executed> ends = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean stillInterrupted = new AtomicBoolean(true);
        try (ContainerPool pool = new ContainerPool(
                        spec -> container,
                        new PoolSettings(1, 0, 1, 3, 1, Duration.ofSeconds(5), Duration.ofMinutes(5)));
                Lease lease = pool.lease(SPEC, "ada", false)) {
            PreparedProgram program = program();
            Thread caller = Thread.ofPlatform().start(() -> {
                try {
                    ends.addAll(new ProgramRunner().run(program, program.invocations(), lease, (stderr, bytes) -> {}));
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            });
            container.silent.await();
            caller.interrupt();
            caller.join(Duration.ofSeconds(5));
            assertThat(ends).hasSize(1);
            assertThat(ends.getFirst().status()).isEqualTo(ProgramStatus.CANCELLED);
            assertThat(ends.getFirst().message()).contains("while its outputs were collected");
            assertThat(ends.getFirst().artifacts()).isEmpty();
            assertThat(stillInterrupted).isFalse();
            assertThat(container.said).filteredOn(Frame.Run.class::isInstance).hasSize(1);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !container.isAlive());
            assertThat(pool.counts().leased()).isZero();
        }
    }
}
