package dev.sandmill.sandbox.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Artifact;
import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.PoolKey;
import dev.sandmill.sandbox.run.ArtifactCollector.Found;
import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a container that is slow, goes away or lies costs.
class ArtifactCollectorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// Says what it was told to, then nothing, or is gone.
    private static final class ScriptedContainer implements Container {
        private final Deque<Frame.FromInit> script;
        private final boolean goesAway;

        ScriptedContainer(boolean goesAway, Frame.FromInit... script) {
            this.script = new ArrayDeque<>(List.of(script));
            this.goesAway = goesAway;
        }

        @Override
        public String id() {
            return "scripted";
        }

        @Override
        public ContainerSpec spec() {
            return ContainerSpec.cold(new PoolKey("sha256:1", 1 << 28, 64, 1 << 26, false));
        }

        @Override
        public void send(List<? extends Frame.FromHost> frames) {
            assertThat(frames).hasOnlyElementsOfType(Frame.Collect.class);
        }

        @Override
        public Optional<Frame.FromInit> receive(Duration patience) throws ContainerLost, InterruptedException {
            Frame.FromInit next = script.poll();
            if (next == null && goesAway) {
                throw new ContainerLost("gone", false);
            }
            if (next == null && patience.isPositive()) {
                Thread.sleep(patience);
            }
            return Optional.ofNullable(next);
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void destroy() {
            script.clear();
        }
    }

    private static Frame.FromInit found(String path, long size) {
        return new Frame.ArtifactFound(size, path.getBytes(UTF_8), "");
    }

    private static Frame.FromInit problem(String path, String error) {
        return new Frame.ArtifactFound(5, path.getBytes(UTF_8), error);
    }

    private static Frame.FromInit data(String text) {
        return new Frame.ArtifactData(text.getBytes(UTF_8));
    }

    private static Found collect(boolean goesAway, Frame.FromInit... script) throws Exception {
        return new ArtifactCollector(new ScriptedContainer(goesAway, script), PATIENCE).collect(List.of("*"));
    }

    @Test
    void whatCameInTimeIsKeptAndWhatDidNotIsAnErrorOfItsOwn() throws Exception {
        for (boolean goesAway : List.of(false, true)) {
            Found found = collect(goesAway, found("a", 2), data("hi"), found("b", 5), data("hal"));
            assertThat(found.whole()).isFalse();
            assertThat(found.files()).extracting(Artifact::path).containsExactly(".", "a", "b");
            assertThat(found.files().get(0).error())
                    .contains(goesAway ? "lost" : "2 s")
                    .contains("missing");
            assertThat(found.files().get(1).error()).isNull();
            assertThat(found.files().get(2).error()).contains("could not be read to its end");
            assertThat(found.files().get(2).content()).isNull();
        }
    }

    @Test
    void allOfItInTimeIsWhole() throws Exception {
        Found found = collect(false, found("a", 2), data("hi"), new Frame.Collected(false));
        assertThat(found.whole()).isTrue();
        assertThat(found.files()).hasSize(1);
    }

    @Test
    void moreThanWasAskedForIsNotBelieved() {
        assertThatThrownBy(() -> collect(false, found("a", 2), data("more"))).isInstanceOf(ContainerLost.class);
        assertThatThrownBy(() -> collect(false, found("a", ArtifactCollector.FILE_MAX_BYTES + 1)))
                .isInstanceOf(ContainerLost.class);
        assertThatThrownBy(() -> collect(false, new Frame.ResetDone())).isInstanceOf(ContainerLost.class);
    }

    @Test
    void aFileThatBecameShorterIsAnErrorInItsPlaceAndTheNextOneIsWhole() throws Exception {
        Found found = collect(
                false,
                found("a", 5),
                data("hal"),
                problem("a", "became shorter"),
                found("b", 2),
                data("hi"),
                new Frame.Collected(false));
        assertThat(found.whole()).isTrue();
        assertThat(found.files()).extracting(Artifact::path).containsExactly("a", "b");
        assertThat(found.files().getFirst().error()).isEqualTo("became shorter");
        assertThat(found.files().getFirst().content()).isNull();
        assertThat(found.files().getLast().content().text()).isEqualTo("hi");
    }

    @Test
    void fewerBytesThanAnnouncedWithoutAReasonAreNotBelieved() {
        for (Frame.FromInit next :
                List.of(found("b", 2), found("a", 5), problem("b", "no file"), new Frame.Collected(false))) {
            assertThatThrownBy(() -> collect(false, found("a", 5), data("hal"), next))
                    .isInstanceOf(ContainerLost.class)
                    .hasMessageContaining("a file of 5 bytes ended after 3");
        }
    }
}
