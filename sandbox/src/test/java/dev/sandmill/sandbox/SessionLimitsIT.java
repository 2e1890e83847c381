package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SessionState;
import dev.sandmill.sandbox.session.SessionRefused;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Limits and hostile programs in sessions.
class SessionLimitsIT {
    private static SessionArena arena;

    @BeforeAll
    static void open() {
        arena = new SessionArena();
    }

    @AfterAll
    static void close() {
        arena.close();
    }

    private static void over(String id) throws Exception {
        assertThat(arena.view(id).state()).isEqualTo(SessionState.ENDED);
        assertThat(arena.view(id).endReason()).isNotBlank();
        assertThat(SessionArena.refusal(() -> arena.run(id, "print(1)"))).isEqualTo(SessionRefused.Reason.ENDED);
    }

    static Stream<Arguments> breaches() {
        Limits quick = SessionArena.limits(400, 10_000, 64, 1 << 20);
        Limits cheap = SessionArena.limits(20_000, 200, 64, 1 << 20);
        Limits quiet = SessionArena.limits(20_000, 10_000, 64, 1000);
        return Stream.of(
                Arguments.of("python", quick, "import time\ntime.sleep(60)", ProgramStatus.WALL_LIMIT),
                Arguments.of("python", cheap, "while True: pass", ProgramStatus.CPU_LIMIT),
                Arguments.of("python", quiet, "while True: print('x' * 100)", ProgramStatus.OUTPUT_LIMIT),
                Arguments.of("python", quiet, "print('x' * 2000)", ProgramStatus.OUTPUT_LIMIT),
                Arguments.of(
                        "python",
                        Limits.DEFAULT,
                        "x = []\nwhile True: x.append(bytearray(1 << 20))",
                        ProgramStatus.MEMORY_LIMIT),
                Arguments.of("javascript", cheap, "for (;;) {}", ProgramStatus.CPU_LIMIT),
                Arguments.of("javascript", quick, "setInterval(() => {}, 10)", ProgramStatus.WALL_LIMIT),
                Arguments.of("bash", cheap, "while :; do :; done", ProgramStatus.CPU_LIMIT),
                Arguments.of("bash", quick, "f() { f | f & }; f; sleep 60", ProgramStatus.WALL_LIMIT));
    }

    @ParameterizedTest
    @MethodSource("breaches")
    void aLimitEndsTheCallAndWithItTheSession(String language, Limits limits, String source, ProgramStatus status)
            throws Exception {
        String id = arena.open(language, limits);
        Executed executed = arena.run(id, source);
        assertThat(executed.status()).as("%s", executed).isEqualTo(status);
        assertThat(executed.message()).contains("the session with it");
        assertThat(executed.stdout().size()).isLessThanOrEqualTo((int) limits.outputBytes());
        over(id);
    }

    @Test
    void aProcessThatEndsItselfEndsTheSession() throws Exception {
        String id = arena.open("python");
        Executed executed = arena.run(id, "import os\nprint('last', flush=True)\nos._exit(4)");
        assertThat(executed.status()).isEqualTo(ProgramStatus.NONZERO_EXIT);
        assertThat(executed.exitCode()).isEqualTo(4);
        assertThat(executed.stdout().text()).isEqualTo("last\n");
        over(id);
        String killed = arena.open("bash");
        assertThat(arena.run(killed, "kill -9 $$").signal()).isEqualTo("SIGKILL");
        over(killed);
    }

    @Test
    void aForkBombMeetsThePidsLimitAndTheSessionGoesOn() throws Exception {
        String id = arena.open("python", SessionArena.limits(10_000, 10_000, 16, 1 << 20));
        Executed bomb = arena.run(
                id,
                "import os, time\ntry:\n    while True:\n        if os.fork() == 0:\n            time.sleep(60)\n"
                        + "except BlockingIOError:\n    print('refused')");
        assertThat(bomb.stdout().text()).isEqualTo("refused\n");
        assertThat(bomb.usage().peakPids()).isBetween(15, 18);
        assertThat(arena.out(id, "print('alive')")).isEqualTo("alive\n");
    }

    @Test
    void whatACallLeavesRunningStandsStillUntilTheNextOne() throws Exception {
        String id = arena.open("bash");
        arena.out(id, "(while :; do echo x >>ticks; done) & sleep 0.1; cat ticks >/dev/null");
        long one = Long.parseLong(arena.out(id, "stat -c %s ticks").strip());
        Thread.sleep(600);
        Executed after = arena.run(id, "stat -c %s ticks; kill $!");
        assertThat(Long.parseLong(after.stdout().text().strip()) - one).isLessThan(one * 3 + 100_000);
        assertThat(after.usage().cpuMillis()).isLessThan(500);
        String python = arena.open("python");
        arena.out(
                python,
                "import threading, time\nn = 0\ndef count():\n    global n\n    while True:\n"
                        + "        n += 1\n        time.sleep(0.01)\nthreading.Thread(target=count, daemon=True).start()");
        long started = System.nanoTime();
        int before = Integer.parseInt(arena.out(python, "print(n)").strip());
        long called = System.nanoTime() - started;
        Thread.sleep(600);
        started = System.nanoTime();
        int later = Integer.parseInt(arena.out(python, "print(n)").strip());
        called += System.nanoTime() - started;
        // One in 10 ms while a call is answered; in the pause between them it would be 60 more.
        assertThat(later - before).isLessThan(30 + (int) (called / 10_000_000));
        assertThat(Integer.parseInt(
                                arena.out(python, "time.sleep(0.5)\nprint(n)").strip())
                        - later)
                .isGreaterThan(10);
    }

    @Test
    void whoWakesItselfBetweenCallsMayNotUseMoreThanTheDriverMight() throws Exception {
        String id = arena.open("python");
        Executed armed = arena.run(id, """
                import ctypes, signal, os
                libc = ctypes.CDLL(None)
                class Event(ctypes.Structure):
                    _fields_ = [('value', ctypes.c_void_p), ('signo', ctypes.c_int), ('notify', ctypes.c_int),
                                ('pad', ctypes.c_int * 12)]
                class Spec(ctypes.Structure):
                    _fields_ = [(n, ctypes.c_long) for n in ('is_', 'in_', 'vs', 'vn')]
                import threading
                def burn():
                    while True: pass
                timer = ctypes.c_void_p()
                event = Event(0, signal.SIGCONT, 0)
                print(libc.timer_create(1, ctypes.byref(event), ctypes.byref(timer)))
                print(libc.timer_settime(timer, 0, ctypes.byref(Spec(0, 50_000_000, 0, 800_000_000)), None))
                threading.Thread(target=burn, daemon=True).start()
                """);
        assertThat(armed.stdout().text()).isEqualTo("0\n0\n");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(arena.view(id).state()).isEqualTo(SessionState.ENDED));
        over(id);
    }

    @Test
    void aForgedEndHarmsOnlyTheSessionsOwnAnswer() throws Exception {
        Limits limits = SessionArena.limits(1_500, 10_000, 64, 1 << 20);
        String id = arena.open("python", limits);
        String neighbour = arena.open("python");
        Executed forged = arena.run(
                id,
                "import time\nends = open('/dev/sandmill/ends', 'w')\nends.write('1 0\\n')\n"
                        + "ends.flush()\ntime.sleep(0.2)\nprint('still here', flush=True)");
        assertThat(forged.status()).isEqualTo(ProgramStatus.OK);
        arena.run(id, "pass");
        Executed noise = arena.run(
                id,
                "for word in ('x' * 100_000, '99 0', '-1 5', '3 999', '+1', '+0', '+-1', '3 0x',"
                        + " '+99999999999999999999'):\n    ends.write(word + '\\n')\nends.flush()\nprint('noise')");
        assertThat(noise.status()).isIn(ProgramStatus.OK, ProgramStatus.WALL_LIMIT);
        String lost = arena.open("bash", limits);
        Executed named = arena.run(lost, "sleep 100 & echo \"+$!\" >/dev/sandmill/ends; kill -9 $$");
        assertThat(named.status()).isEqualTo(ProgramStatus.WALL_LIMIT);
        assertThat(arena.view(lost).state()).isEqualTo(SessionState.ENDED);
        assertThat(arena.out(neighbour, "print('untouched')")).isEqualTo("untouched\n");
    }

    @Test
    void aFloodOfForgedEndsDoesNotKeepInitFromTheLimits() throws Exception {
        String id = arena.open("python", SessionArena.limits(1_000, 10_000, 64, 1 << 20));
        Executed flood = arena.run(
                id,
                "import os\nends = os.open('/dev/sandmill/ends', os.O_WRONLY)\n"
                        + "while True: os.write(ends, b'7' * 4096 + b'\\n')");
        assertThat(flood.status()).isIn(ProgramStatus.WALL_LIMIT, ProgramStatus.CPU_LIMIT);
        over(id);
    }

    @Test
    void aCallCannotChangeItsChannelOrItsSource() throws Exception {
        String id = arena.open("bash");
        assertThat(arena.run(
                                id,
                                "rm -f /dev/sandmill/*; echo x >/dev/sandmill/source; mv /dev/sandmill /dev/gone; id -u")
                        .stdout()
                        .text())
                .matches("\\d{6,10}\n");
        assertThat(arena.out(id, "echo fine; grep -c CapEff.*0000000000000000 /proc/self/status"))
                .isEqualTo("fine\n1\n");
    }
}
