package dev.sandmill.sandbox.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A RUN that *resets*: after an ordinary end init has reset before anybody could ask, and after any other it has not.
@Timeout(60)
class InitResetsIT {
    @TempDir
    Path folder;

    private static Frame.Run program(String script, long wallMicros) {
        return new Frame.Run(
                Set.of(Frame.RunFlag.RESETS),
                wallMicros,
                5_000_000,
                1 << 20,
                List.of("/bin/bash", "-c", script),
                List.of("PATH=/bin"));
    }

    private static Frame.Exit end(InitProcess init, String script, long wallMicros) throws Exception {
        init.say(program(script, wallMicros), new Frame.Start());
        while (true) {
            if (init.hear() instanceof Frame.Exit exit) {
                return exit;
            }
        }
    }

    @Test
    void anOrdinaryEndIsFollowedByTheResetAndByTheNextRun() throws Exception {
        try (InitProcess init = new InitProcess(folder, 48)) {
            init.greet();
            for (String script : List.of("echo hello > file", "exit 3", "kill -9 $$", "test ! -e file")) {
                Frame.Exit exit = end(init, script, 30_000_000);
                assertThat(exit.ordinary()).as(script + exit).isTrue();
                init.say(new Frame.Cancel(), new Frame.StdinEnd());
                assertThat(init.hear()).as(script).isInstanceOf(Frame.ResetDone.class);
            }
        }
    }

    @Test
    void anyOtherEndWaitsToBeTold() throws Exception {
        try (InitProcess init = new InitProcess(folder, 48)) {
            init.greet();
            for (String script : List.of("sleep 100 & true", "while :; do :; done")) {
                assertThat(end(init, script, 300_000).ordinary()).isFalse();
                init.say(new Frame.Collect(10, 100, 100, List.of("*")));
                assertThat(init.hear()).as(script).isInstanceOf(Frame.Collected.class);
                init.say(new Frame.Reset());
                assertThat(init.hear()).isInstanceOf(Frame.ResetDone.class);
            }
        }
    }
}
