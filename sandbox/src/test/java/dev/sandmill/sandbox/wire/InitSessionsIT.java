package dev.sandmill.sandbox.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real init in a closed container, spoken to in random orders. It answers as PROTOCOL.md says, ends with 70 and a
/// reason at the first frame out of turn, with 0 when it is told to or nobody is there any more, and never otherwise.
/// `-Dsandmill.init.sessions=1000` makes it long; the seed is printed, `-Dsandmill.init.seed` sets it.
class InitSessionsIT {
    private static final int SESSIONS = Integer.getInteger("sandmill.init.sessions", 12);
    private static final long SEED = Long.getLong("sandmill.init.seed", new Random().nextLong());
    private static final int STEPS = 40;
    private static final int OPEN_FILES = 48;

    @TempDir
    Path folder;

    private enum State {
        NEW,
        IDLE,
        STAGING,
        ENDED
    }

    private final class Session extends InitProcess {
        private final Random random;
        private State state = State.NEW;
        private boolean hasRun;
        private boolean exited;

        Session(long seed) throws IOException {
            super(folder, OPEN_FILES);
            random = new Random(seed);
        }

        void offend(Frame frame) throws Exception {
            offend(state + " ", frame);
        }

        @Override
        void greet() throws Exception {
            super.greet();
            state = State.IDLE;
        }

        Frame.Run program(boolean continues, String... command) {
            return new Frame.Run(
                    continues ? Set.of(Frame.RunFlag.CONTINUES) : Set.of(),
                    5_000_000,
                    5_000_000,
                    1 << 20,
                    List.of(command),
                    List.of("PATH=/bin"));
        }

        void start() throws Exception {
            int kind = random.nextInt(6);
            String script = List.of(
                            "echo hello; exit 3",
                            "cat; exit 3",
                            "sleep 1000 & exit 3",
                            "kill -9 $$",
                            "sleep 1000",
                            "mkdir -p a/b; mkfifo a/f; ln -s /etc/passwd a/l; echo x > a/b/c; exit 3")
                    .get(kind);
            // The command was fixed by RUN: it reads its script from its input.
            say(new Frame.Start(), new Frame.Stdin((script + "\n").getBytes(StandardCharsets.UTF_8)));
            if (kind == 4) {
                say(new Frame.Cancel());
            }
            say(new Frame.StdinEnd());
            Frame next = hear();
            while (!(next instanceof Frame.Exit)) {
                assertThat(next)
                        .isInstanceOfAny(
                                Frame.Started.class, Frame.Stdout.class, Frame.Stderr.class, Frame.StdinTaken.class);
                next = hear();
            }
            Frame.Exit exit = (Frame.Exit) next;
            if (exit.kind() == Frame.ExitKind.NOT_EXECUTED) {
                assertThat(exit.limit()).isEqualTo(Frame.LimitHit.NONE);
            } else if (kind == 4) {
                assertThat(exit.limit()).isEqualTo(Frame.LimitHit.CANCEL);
            } else {
                assertThat(exit.code()).as(exit + script).isEqualTo(kind == 3 ? 9 : 3);
            }
            state = State.ENDED;
            exited = true;
        }

        void refused() throws Exception {
            assertThat(hear()).isInstanceOf(Frame.Refused.class);
            exited = false;
            state = State.ENDED;
        }

        /// One step; false when the session is over.
        boolean step() throws Exception {
            boolean astray = random.nextInt(STEPS) == 0;
            switch (state) {
                case NEW -> {
                    if (astray) {
                        offend(List.of(new Frame.Start(), new Frame.Reset(), program(false, "x"), new Frame.Started())
                                .get(random.nextInt(4)));
                        return false;
                    }
                    greet();
                }
                case IDLE -> {
                    if (astray) {
                        offend(List.of(
                                        new Frame.Start(),
                                        new Frame.Reset(),
                                        new Frame.Collect(1, 1, 1, List.of("*")),
                                        new Frame.File("a", false, false, new byte[1]),
                                        program(true, "/bin/sh"),
                                        new Frame.ResetDone())
                                .get(random.nextInt(6)));
                        return false;
                    }
                    say(new Frame.Cancel(), new Frame.StdinEnd(), new Frame.Stdin(new byte[3]));
                    if (random.nextInt(10) == 0) {
                        say(program(false));
                        refused();
                        break;
                    }
                    hasRun = true;
                    say(program(false, random.nextInt(10) == 0 ? "/nowhere" : "/bin/sh"));
                    state = State.STAGING;
                }
                case STAGING -> {
                    if (astray) {
                        offend(List.of(
                                        program(false, "x"),
                                        new Frame.Collect(1, 1, 1, List.of("*")),
                                        InitProcess.HELLO,
                                        new Frame.Refused("no"))
                                .get(random.nextInt(4)));
                        return false;
                    }
                    switch (random.nextInt(6)) {
                        case 0 -> {
                            say(new Frame.File(
                                    List.of("../x", "", "a//b", "/x", "a/../b", ".")
                                            .get(random.nextInt(6)),
                                    false,
                                    false,
                                    new byte[1]));
                            refused();
                        }
                        case 1 ->
                            say(new Frame.File(
                                    "f" + random.nextInt(1 << 30), true, false, new byte[random.nextInt(9999)]));
                        default -> start();
                    }
                }
                case ENDED -> {
                    say(
                            new Frame.Start(),
                            new Frame.Stdin(new byte[9]),
                            new Frame.File("late", false, false, new byte[1]));
                    if (!hasRun || astray) {
                        offend(program(false, "/bin/sh"));
                        return false;
                    }
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            say(new Frame.Collect(random.nextInt(5), 1000, 5000, List.of("**", "a/*")));
                            Frame next = hear();
                            while (!(next instanceof Frame.Collected)) {
                                assertThat(next).isInstanceOfAny(Frame.ArtifactFound.class, Frame.ArtifactData.class);
                                next = hear();
                            }
                        }
                        case 1 -> {
                            if (!exited) {
                                break;
                            }
                            say(program(true, "/bin/sh"));
                            state = State.STAGING;
                        }
                        default -> {
                            say(new Frame.Reset());
                            assertThat(hear()).isInstanceOf(Frame.ResetDone.class);
                            state = State.IDLE;
                        }
                    }
                }
            }
            return true;
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void itIsNeverSurprised() throws Exception {
        System.out.println(SESSIONS + " sessions with seed " + SEED);
        for (int i = 0; i < SESSIONS; i++) {
            try (Session session = new Session(SEED + i)) {
                boolean alive = true;
                for (int step = 0; alive && step < STEPS; step++) {
                    alive = session.step();
                }
                if (alive) {
                    session.end(i % 2 == 0);
                }
            } catch (IOException | AssertionError surprised) {
                throw new AssertionError("seed " + (SEED + i), surprised);
            }
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void aHundredRunsLeaveNoDescriptorOpen() throws Exception {
        try (Session session = new Session(1)) {
            session.greet();
            for (int i = 0; i < 3 * OPEN_FILES; i++) {
                session.say(
                        session.program(false, i % 3 == 0 ? "/nowhere" : "/bin/sh"),
                        new Frame.File("a/b", false, false, new byte[10]));
                session.start();
                session.say(new Frame.Collect(10, 1000, 5000, List.of("**")));
                while (!(session.hear() instanceof Frame.Collected)) {}
                session.say(new Frame.Reset());
                assertThat(session.hear()).isInstanceOf(Frame.ResetDone.class);
            }
            session.end(true);
        }
    }
}
