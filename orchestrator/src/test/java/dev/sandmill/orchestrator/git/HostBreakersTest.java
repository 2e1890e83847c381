package dev.sandmill.orchestrator.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HostBreakersTest {
    private static final Remote DOWN = new Remote.Network("https://down.example.org/r.git", "down.example.org");
    private static final Remote FINE = new Remote.Network("https://fine.example.org/r.git", "fine.example.org");

    private static String failing(boolean retryable) throws GitFailure {
        throw new GitFailure("no answer", retryable);
    }

    @Test
    void aHostThatFailsFiveTimesInARowIsLeftAloneAndOthersAreNot() throws Exception {
        HostBreakers breakers = new HostBreakers(Duration.ofMinutes(1));
        for (int failure = 0; failure < 5; failure++) {
            assertThat(breakers.state().state()).isEqualTo("closed");
            GitFailure failed =
                    catchThrowableOfType(GitFailure.class, () -> breakers.guarded(DOWN, () -> failing(true)));
            assertThat(failed.wasAsked()).isTrue();
        }
        GitFailure refused = catchThrowableOfType(GitFailure.class, () -> breakers.guarded(DOWN, () -> "asked"));
        assertThat(refused).hasMessageContaining("down.example.org").hasMessageContaining("left alone");
        assertThat(refused.wasAsked()).isFalse();
        assertThat(refused.retryable()).isTrue();
        assertThat(breakers.guarded(FINE, () -> "asked")).isEqualTo("asked");
        assertThat(breakers.state().state()).isEqualTo("open");
        assertThat(breakers.state().refused()).isEqualTo(1);
    }

    @Test
    void afterThePauseOneFetchTriesIt() throws Exception {
        HostBreakers breakers = new HostBreakers(Duration.ofMillis(1));
        for (int failure = 0; failure < 5; failure++) {
            assertThatThrownBy(() -> breakers.guarded(DOWN, () -> failing(true)))
                    .isInstanceOf(GitFailure.class);
        }
        Thread.sleep(5);
        assertThat(breakers.guarded(DOWN, () -> "back")).isEqualTo("back");
        assertThat(breakers.state().state()).isEqualTo("closed");
    }

    @Test
    void aRepositoryThatIsNotThereAndAFolderSayNothingAboutAHost() {
        HostBreakers breakers = new HostBreakers(Duration.ofMinutes(1));
        for (int failure = 0; failure < 12; failure++) {
            assertThatThrownBy(() -> breakers.guarded(DOWN, () -> failing(false)))
                    .hasMessage("no answer");
            assertThatThrownBy(() -> breakers.guarded(new Remote.Local(Path.of("/srv/r")), () -> failing(true)))
                    .hasMessage("no answer");
        }
        assertThat(breakers.state().state()).isEqualTo("closed");
    }
}
