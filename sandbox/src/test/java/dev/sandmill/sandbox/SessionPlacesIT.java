package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.Session;
import dev.sandmill.api.SessionState;
import dev.sandmill.sandbox.session.SessionRefused.Reason;
import dev.sandmill.sandbox.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// How many sessions there may be, whose they are, their files, and that nothing is left of them.
class SessionPlacesIT {
    private static final String TENANT = SessionArena.TENANT;

    private static void await(org.awaitility.core.ThrowingRunnable holds) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(holds);
    }

    @Test
    void anIdleSessionEndsAtItsTtlAndItsContainerIsGone() throws Exception {
        try (SessionArena arena = new SessionArena();
                ContainersOf containers = new ContainersOf(arena.config.instance())) {
            Session session = arena.open("bash", Limits.DEFAULT, 1_500);
            assertThat(session.expiresAt()).isAfter(session.createdAt());
            arena.out(session.id(), "x=1");
            assertThat(arena.view(session.id()).expiresAt()).isAfter(session.expiresAt());
            await(() -> assertThat(arena.view(session.id()).state()).isEqualTo(SessionState.ENDED));
            assertThat(arena.view(session.id()).endReason()).contains("1500");
            assertThat(SessionArena.refusal(() -> arena.run(session.id(), "echo 1")))
                    .isEqualTo(Reason.ENDED);
            assertThat(arena.sessions().list(TENANT)).isEmpty();
            await(() -> assertThat(containers.withoutIdle(arena.sandbox)).isZero());
        }
    }

    @Test
    void overTheMaximumIsRefusedAndAPlaceComesBack() throws Exception {
        try (SessionArena arena = new SessionArena(3)) {
            String one = arena.open("bash");
            arena.open("bash");
            arena.open("bash");
            assertThat(SessionArena.refusal(() -> arena.open("bash"))).isEqualTo(Reason.TOO_MANY);
            arena.sessions().close(one, TENANT);
            assertThat(arena.sessions().counts().open()).isEqualTo(2);
            arena.open("bash");
        }
        try (SessionArena arena = new SessionArena(4)) {
            for (int i = 0; i < 4; i++) {
                arena.open("bash");
            }
            assertThat(SessionArena.refusal(() -> arena.open("bash"))).isEqualTo(Reason.TOO_MANY);
            OpenSession wanted = new OpenSession("bash", Limits.DEFAULT, OpenSession.DEFAULT_TTL_MILLIS);
            String other = arena.sessions().open(wanted, "other").id();
            assertThat(SessionArena.refusal(() -> arena.view(other))).isEqualTo(Reason.UNKNOWN);
            assertThat(SessionArena.refusal(() -> arena.run(other, "echo 1"))).isEqualTo(Reason.UNKNOWN);
            assertThat(SessionArena.refusal(() -> arena.sessions().close(other, TENANT)))
                    .isEqualTo(Reason.UNKNOWN);
            assertThat(arena.sessions().list("other")).hasSize(1);
            assertThat(arena.sessions().list(TENANT)).hasSize(4);
        }
    }

    @Test
    void languagesWithoutSessionsAreTold() {
        try (SessionArena arena = new SessionArena()) {
            OpenSession none = new OpenSession("cobol", Limits.DEFAULT, OpenSession.DEFAULT_TTL_MILLIS);
            assertThat(SessionArena.refusal(() -> arena.sessions().open(none, TENANT)))
                    .isEqualTo(Reason.LANGUAGE);
        }
    }

    @Test
    void oneThingAtATimeAndDeletingKillsWhatRuns() throws Exception {
        try (SessionArena arena = new SessionArena();
                ContainersOf containers = new ContainersOf(arena.config.instance())) {
            String id = arena.open("python");
            CompletableFuture<Executed> running = CompletableFuture.supplyAsync(() -> {
                try {
                    return arena.run(id, "import time\nprint('begun', flush=True)\ntime.sleep(60)");
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            });
            await(() -> assertThat(arena.view(id).state()).isEqualTo(SessionState.RUNNING));
            assertThat(SessionArena.refusal(() -> arena.run(id, "print(1)"))).isEqualTo(Reason.BUSY);
            assertThat(SessionArena.refusal(() -> arena.sessions().fetch(id, TENANT, "a")))
                    .isEqualTo(Reason.BUSY);
            arena.sessions().close(id, TENANT);
            assertThat(running.get(20, TimeUnit.SECONDS).status()).isEqualTo(ProgramStatus.CANCELLED);
            assertThat(SessionArena.refusal(() -> arena.view(id))).isEqualTo(Reason.UNKNOWN);
            await(() -> assertThat(containers.withoutIdle(arena.sandbox)).isZero());
        }
    }

    @Test
    void anInterruptKillsTheCallAndTheSession() throws Exception {
        try (SessionArena arena = new SessionArena()) {
            String id = arena.open("python");
            CompletableFuture<Executed> answer = new CompletableFuture<>();
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    answer.complete(arena.run(id, "import time\ntime.sleep(60)"));
                } catch (Exception failed) {
                    answer.completeExceptionally(failed);
                }
            });
            await(() -> assertThat(arena.view(id).state()).isEqualTo(SessionState.RUNNING));
            caller.interrupt();
            assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(ProgramStatus.CANCELLED);
            assertThat(arena.view(id).state()).isEqualTo(SessionState.ENDED);
        }
    }

    @Test
    void filesComeAndGoAsTheyAre() throws Exception {
        try (SessionArena arena = new SessionArena()) {
            Sessions sessions = arena.sessions();
            String id = arena.open("python");
            byte[] binary = new byte[300_000];
            for (int i = 0; i < binary.length; i++) {
                binary[i] = (byte) (i * 31);
            }
            assertThat(sessions.put(id, TENANT, "data/in.bin", binary, PolicyLevel.STANDARD))
                    .isEmpty();
            assertThat(arena.out(
                            id,
                            "b = open('data/in.bin', 'rb').read()\nopen('out.bin', 'wb').write(b[::-1])\n"
                                    + "print(len(b))"))
                    .isEqualTo("300000\n");
            byte[] reversed = sessions.fetch(id, TENANT, "out.bin");
            assertThat(reversed).hasSize(binary.length);
            assertThat(reversed[0]).isEqualTo(binary[binary.length - 1]);
            sessions.put(id, TENANT, "data/in.bin", "new".getBytes(StandardCharsets.UTF_8), PolicyLevel.OFF);
            assertThat(sessions.fetch(id, TENANT, "data/in.bin")).isEqualTo("new".getBytes(StandardCharsets.UTF_8));
            sessions.put(id, TENANT, "[*?] ü.txt", new byte[0], PolicyLevel.OFF);
            assertThat(sessions.fetch(id, TENANT, "[*?] ü.txt")).isEmpty();
            assertThat(sessions.put(id, TENANT, "m.py", "import os\nos.system('id')".getBytes(), PolicyLevel.STANDARD))
                    .isNotEmpty();
            assertThat(SessionArena.refusal(() -> sessions.fetch(id, TENANT, "m.py")))
                    .isEqualTo(Reason.NO_FILE);
        }
    }

    @Test
    void pathsThatAreNoneAreRefused() throws Exception {
        try (SessionArena arena = new SessionArena()) {
            String id = arena.open("bash");
            for (String path :
                    List.of("../x", "a/../../x", "/etc/passwd", "a//b", ".", "", "a/.", "a\0b", "x".repeat(256))) {
                assertThat(SessionArena.refusal(() -> arena.sessions().fetch(id, TENANT, path)))
                        .as(path)
                        .isEqualTo(Reason.PATH);
                assertThat(SessionArena.refusal(
                                () -> arena.sessions().put(id, TENANT, path, new byte[1], PolicyLevel.OFF)))
                        .as(path)
                        .isEqualTo(Reason.PATH);
            }
        }
    }

    @Test
    void whatIsNoPlainFileIsNotHandedOutAndNotWrittenThrough() throws Exception {
        try (SessionArena arena = new SessionArena()) {
            Sessions sessions = arena.sessions();
            String id = arena.open("bash");
            arena.out(
                    id,
                    "mkdir d; mkfifo p; ln -s /etc/passwd l; ln -s /etc le; echo x >f; ln f hard; touch big;"
                            + " truncate -s 20M big; ln -s f lf");
            for (String path : new String[] {"d", "p", "l", "le/passwd", "f", "big", "lf", "f/x"}) {
                assertThat(SessionArena.refusal(() -> sessions.fetch(id, TENANT, path)))
                        .as(path)
                        .isEqualTo(Reason.FILE);
            }
            assertThat(SessionArena.refusal(() -> sessions.fetch(id, TENANT, "none/x")))
                    .isEqualTo(Reason.NO_FILE);
            assertThat(SessionArena.refusal(() -> sessions.put(id, TENANT, "le/x", new byte[1], PolicyLevel.OFF)))
                    .isEqualTo(Reason.FILE);
            assertThat(SessionArena.refusal(() -> sessions.put(id, TENANT, "d", new byte[1], PolicyLevel.OFF)))
                    .isEqualTo(Reason.FILE);
            assertThat(SessionArena.refusal(() -> sessions.put(id, TENANT, "f/x", new byte[1], PolicyLevel.OFF)))
                    .isEqualTo(Reason.FILE);
            sessions.put(id, TENANT, "l", "mine".getBytes(), PolicyLevel.OFF);
            sessions.put(id, TENANT, "p", "mine".getBytes(), PolicyLevel.OFF);
            assertThat(arena.out(id, "cat l p; [[ -L l || -p p ]] || echo plain"))
                    .isEqualTo("minemineplain\n");
            arena.run(id, "head -c 80M /dev/zero >fill 2>/dev/null");
            assertThat(SessionArena.refusal(() -> sessions.put(id, TENANT, "more", new byte[1 << 20], PolicyLevel.OFF)))
                    .isEqualTo(Reason.NO_SPACE);
            assertThat(SessionArena.refusal(() -> sessions.fetch(id, TENANT, "more")))
                    .isEqualTo(Reason.NO_FILE);
            arena.out(id, "rm fill");
        }
    }

    @Test
    void openingFromThePoolIsQuickAndNothingIsLeftAfterMany() throws Exception {
        try (SessionArena arena = new SessionArena();
                ContainersOf containers = new ContainersOf(arena.config.instance())) {
            cycle(arena);
            int threads = Thread.activeCount();
            long descriptors = ContainersOf.descriptors();
            for (int i = 0; i < 12; i++) {
                cycle(arena);
            }
            await(() -> {
                assertThat(containers.withoutIdle(arena.sandbox)).isZero();
                assertThat(ContainersOf.descriptors()).isLessThan(descriptors + 20);
                assertThat(Thread.activeCount()).isLessThan(threads + 20);
            });
            assertThat(arena.sessions().counts().open()).isZero();
        }
    }

    private static void cycle(SessionArena arena) throws Exception {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> arena.sandbox.stats().idle() >= 1);
        long begin = System.nanoTime();
        String id = arena.open("python");
        long opened = System.nanoTime();
        assertThat(arena.out(id, "print(1)")).isEqualTo("1\n");
        long called = System.nanoTime();
        arena.out(id, "print(2)");
        long again = System.nanoTime();
        arena.sessions().close(id, TENANT);
        System.out.printf(
                "session opened %.1f ms, first call %.1f ms, second %.1f ms, closed %.1f ms%n",
                (opened - begin) / 1e6,
                (called - opened) / 1e6,
                (again - called) / 1e6,
                (System.nanoTime() - again) / 1e6);
    }
}
