package dev.sandmill.sandbox.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.sandbox.wire.Frame.RunFlag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real init with a session's driver, spoken to in random orders: calls, files and what is out of turn. Long and
/// repeatable as [InitSessionsIT] is.
class InitCallsIT {
    private static final int SESSIONS = Integer.getInteger("sandmill.init.sessions", 8);
    private static final long SEED = Long.getLong("sandmill.init.seed", new Random().nextLong());
    private static final int STEPS = 30;

    @TempDir
    Path folder;

    private static final class Session extends InitProcess {
        private final Random random;
        private int kept;
        private String file = "";

        Session(Path folder, long seed) throws IOException {
            super(folder, 48);
            random = new Random(seed);
        }

        private static Frame.Run driver(boolean continues, boolean session) {
            return new Frame.Run(
                    Stream.of(RunFlag.CONTINUES, RunFlag.SESSION)
                            .filter(flag -> flag == RunFlag.SESSION ? session : continues)
                            .collect(Collectors.toSet()),
                    5_000_000,
                    5_000_000,
                    1 << 20,
                    List.of("/bin/bash", "/sandmill/session.sh"),
                    List.of("PATH=/bin"));
        }

        void begin() throws Exception {
            greet();
            say(driver(false, true), new Frame.Start());
            Frame.Exit exit = untilExit(new StringBuilder());
            assertThat(exit.kind()).isEqualTo(Frame.ExitKind.RETURNED);
            assertThat(exit.code()).isZero();
        }

        private Frame.Exit untilExit(StringBuilder output) throws Exception {
            while (true) {
                switch (hear()) {
                    case Frame.Stdout out -> output.append(new String(out.bytes(), StandardCharsets.UTF_8));
                    case Frame.Exit exit -> {
                        return exit;
                    }
                    case Frame other ->
                        assertThat(other)
                                .isInstanceOfAny(Frame.Started.class, Frame.Stderr.class, Frame.StdinTaken.class);
                }
            }
        }

        /// In as many pieces as it happens to be, and with words that come too late for it.
        private Frame.Exit call(String source, StringBuilder output, Frame... meanwhile) throws Exception {
            byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
            say(new Frame.Call(5_000_000, 5_000_000, 1 << 20));
            int cut = random.nextInt(bytes.length + 1);
            say(new Frame.Code(java.util.Arrays.copyOfRange(bytes, 0, cut)), new Frame.Code(new byte[0]));
            say(new Frame.Code(java.util.Arrays.copyOfRange(bytes, cut, bytes.length)), new Frame.Start());
            say(meanwhile);
            return untilExit(output);
        }

        private void returns(String source, int code, String prints) throws Exception {
            StringBuilder output = new StringBuilder();
            Frame.Exit exit = call(source, output);
            assertThat(exit.kind()).as(source + exit).isEqualTo(Frame.ExitKind.RETURNED);
            assertThat(exit.limit()).isEqualTo(Frame.LimitHit.NONE);
            assertThat(exit.code()).as(source).isEqualTo(code);
            assertThat(output.toString()).as(source).isEqualTo(prints);
        }

        /// What a FETCH brings: the content, or the error in front of which `!` stands.
        private String fetched(String path) throws Exception {
            say(new Frame.Fetch(1 << 20, path));
            StringBuilder content = new StringBuilder();
            while (true) {
                switch (hear()) {
                    case Frame.ArtifactFound found ->
                        content.append(found.error().isEmpty() ? "" : "!");
                    case Frame.ArtifactData data -> content.append(new String(data.bytes(), StandardCharsets.UTF_8));
                    case Frame.Collected end -> {
                        assertThat(end.cutShort()).isFalse();
                        return content.toString();
                    }
                    case Frame other -> throw new AssertionError("instead of a file: " + other);
                }
            }
        }

        private void refused() throws Exception {
            assertThat(hear()).isInstanceOf(Frame.Refused.class);
        }

        /// One step; false when init has ended.
        boolean step() throws Exception {
            switch (random.nextInt(12)) {
                case 0 -> returns("echo hello", 0, "hello\n");
                case 1 -> returns("x=" + ++kept + "; false", 1, "");
                case 2 -> returns("echo $x; exit 3", 3, (kept == 0 ? "" : kept) + "\n");
                case 3 -> {
                    file = "f" + random.nextInt(1 << 30);
                    say(new Frame.File("kept", false, false, file.getBytes(StandardCharsets.UTF_8)));
                    assertThat(fetched("kept")).isEqualTo(file);
                }
                case 4 -> returns("cat kept 2>&-; true", 0, file);
                case 5 ->
                    assertThat(fetched(List.of("none", "a/../kept", "/etc/passwd", "")
                                    .get(random.nextInt(4))))
                            .isEqualTo("!");
                case 6 -> {
                    returns("ln -sf /etc/passwd link; mkfifo fifo 2>&-; true", 0, "");
                    assertThat(fetched("link")).isEqualTo("!");
                    assertThat(fetched("fifo")).isEqualTo("!");
                }
                case 7 -> {
                    say(new Frame.Call(0, 1, 1));
                    refused();
                }
                case 8 -> {
                    say(new Frame.File("../x", false, false, new byte[1]));
                    refused();
                }
                case 9 -> // Too late, or without their call: passed over.
                    say(
                            new Frame.Start(),
                            new Frame.Cancel(),
                            new Frame.Stdin(new byte[9]),
                            new Frame.StdinEnd(),
                            new Frame.Code("echo no".getBytes(StandardCharsets.UTF_8)));
                case 10 -> {
                    say(new Frame.Reset());
                    assertThat(hear()).isInstanceOf(Frame.ResetFailed.class);
                }
                default -> {
                    if (random.nextInt(4) == 0) {
                        offend(
                                "",
                                List.of(
                                                driver(false, true),
                                                driver(true, true),
                                                driver(true, false),
                                                new Frame.Collected(false),
                                                HELLO)
                                        .get(random.nextInt(5)));
                        return false;
                    }
                }
            }
            return true;
        }

        /// Its last call takes the driver with it; then every call is refused and nothing is left of it.
        void over(boolean cancelled) throws Exception {
            Frame.Exit exit = cancelled
                    ? call("sleep 1000", new StringBuilder(), new Frame.Cancel())
                    : call("kill -9 $BASHPID", new StringBuilder());
            assertThat(exit.kind()).isEqualTo(Frame.ExitKind.SIGNALLED);
            assertThat(exit.limit()).isEqualTo(cancelled ? Frame.LimitHit.CANCEL : Frame.LimitHit.NONE);
            say(new Frame.Call(1, 1, 1));
            refused();
            assertThat(fetched("kept")).isEqualTo(file.isEmpty() ? "!" : file);
            say(new Frame.Reset());
            assertThat(hear()).isInstanceOf(Frame.ResetFailed.class);
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void callsAndFilesComeInAnyOrder() throws Exception {
        System.out.println(SESSIONS + " sessions with seed " + SEED);
        for (int i = 0; i < SESSIONS; i++) {
            try (Session session = new Session(folder, SEED + i)) {
                session.begin();
                boolean alive = true;
                for (int step = 0; alive && step < STEPS; step++) {
                    alive = session.step();
                }
                if (alive) {
                    session.over(i % 2 == 0);
                    session.end(i % 3 == 0);
                }
            } catch (IOException | AssertionError surprised) {
                throw new AssertionError("seed " + (SEED + i), surprised);
            }
        }
    }
}
