package dev.sandmill.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.wire.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConversationTest {
    /// Says what it has to, and then nothing, however long one waits.
    private record Silent(Deque<Frame.FromInit> script) implements Container {
        @Override
        public String id() {
            return "silent";
        }

        @Override
        public ContainerSpec spec() {
            throw new UnsupportedOperationException("nobody asks");
        }

        @Override
        public void send(List<? extends Frame.FromHost> frames) {}

        @Override
        public Optional<Frame.FromInit> receive(Duration patience) {
            return Optional.ofNullable(script.poll());
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void destroy() {}
    }

    private static Conversation.Ending ending(Frame.FromInit... said) throws ContainerLost, InvalidProgram {
        OutputCollector output = new OutputCollector(100, (stream, bytes) -> {});
        return new Conversation(new Silent(new ArrayDeque<>(List.of(said))), new byte[0], output, Duration.ofMillis(1))
                .untilExit(List.of(new Frame.Start()));
    }

    @Test
    void aProgramThatWasStartedAndDoesNotEndRanTooLong() throws Exception {
        assertThat(ending(new Frame.Started())).isEqualTo(new Conversation.Ending(null, false));
    }

    @Test
    void whoSaysNothingAtAllIsLostAndNotTheProgramsDoing() {
        assertThatThrownBy(ConversationTest::ending)
                .isInstanceOfSatisfying(
                        ContainerLost.class,
                        lost -> assertThat(lost.outOfMemory()).isFalse())
                .hasMessage("container silent said nothing at all");
    }
}
