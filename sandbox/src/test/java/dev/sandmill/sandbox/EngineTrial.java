package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import java.time.Duration;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What has to hold on an engine that is not this machine's usual one: another runtime, another kernel, control groups
/// of version 2, a machine that is emulated and forty times slower. Not part of the suite: `-Dit.test=EngineTrial` with
/// `DOCKER_HOST`, and `SANDMILL_TEST_RUNTIME` where it is not the engine's default, as docs/engines.md has it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineTrial {
    private static final int TIMED = 9;
    private static final long MEMORY = 128L << 20;

    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(2, 1), new RealSandbox.MemoryResults());
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> sandbox.stats().idle() >= 1);
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private static Limits limits(long wallMillis, long cpuMillis, int pids) {
        return new Limits(wallMillis, cpuMillis, MEMORY, pids, 1 << 16, 16L << 20);
    }

    private Executed run(String source, Limits limits) {
        Executed executed = RealSandbox.answered(
                sandbox, Programs.of("python", source).withLimits(limits).request(), "ada");
        System.out.printf(
                "%s %s %s %s%n", executed.status(), executed.isolation(), executed.usage(), executed.message());
        return executed;
    }

    @Test
    void theSameTenantsNextProgramFindsACleanContainerThatWasUsed() {
        run("open('/tmp/left', 'w').write('x'); open('/dev/shm/left', 'w').write('x')", limits(60_000, 30_000, 64));
        Executed next = run(
                "import os; print(os.listdir('/tmp'), os.listdir('/dev/shm'), os.listdir('.'))",
                limits(60_000, 30_000, 64));
        assertThat(next.stdout().text()).as(next.toString()).isEqualTo("[] [] ['main.py']\n");
        assertThat(next.isolation()).isEqualTo("recycled");
    }

    @Test
    void helloIsTimed() {
        long[] micros = new long[TIMED];
        for (int i = 0; i < TIMED; i++) {
            long start = System.nanoTime();
            assertThat(run("print('hello')", Limits.DEFAULT).stdout().text()).isEqualTo("hello\n");
            micros[i] = (System.nanoTime() - start) / 1000;
        }
        Arrays.sort(micros);
        System.out.printf("hello, used container: p50 %.1f ms%n", micros[TIMED / 2] / 1000.0);
    }

    @Test
    void memoryIsTold() {
        Executed used = run("x = bytearray(64 << 20)", limits(60_000, 30_000, 64));
        assertThat(used.status()).isEqualTo(ProgramStatus.OK);
        assertThat(used.usage().peakMemoryBytes()).isBetween(64L << 20, MEMORY);
    }

    @Test
    void memoryEnds() {
        Executed bomb = run("x = []\nwhile True: x.append(bytearray(10**6))", limits(120_000, 60_000, 64));
        assertThat(bomb.status()).as(bomb.toString()).isEqualTo(ProgramStatus.MEMORY_LIMIT);
    }

    @Test
    void memoryOfAChildEndsWithAHealthyParent() {
        Executed child = run("""
                import os
                if os.fork() == 0:
                    x = []
                    while True: x.append(bytearray(10**6))
                os.wait()
                """, limits(120_000, 60_000, 64));
        assertThat(child.status()).as(child.toString()).isEqualTo(ProgramStatus.MEMORY_LIMIT);
    }

    @Test
    void processesEnd() {
        Executed bomb = run("""
                import os, time
                while True:
                    if os.fork() == 0: time.sleep(100)
                """, limits(120_000, 60_000, 16));
        assertThat(bomb.status()).as(bomb.stderr().text()).isEqualTo(ProgramStatus.PIDS_LIMIT);
    }

    @Test
    void processorTimeEnds() {
        Executed loop = run("while True: pass", limits(120_000, 700, 64));
        assertThat(loop.status()).isEqualTo(ProgramStatus.CPU_LIMIT);
        assertThat(loop.usage().cpuMillis()).isBetween(700L, 5_000L);
    }

    @Test
    void timeEnds() {
        Executed sleeper = run("import time; time.sleep(100)", limits(1_500, 60_000, 64));
        assertThat(sleeper.status()).isEqualTo(ProgramStatus.WALL_LIMIT);
        assertThat(sleeper.usage().wallMillis()).isBetween(1_500L, 10_000L);
    }

    @Test
    void outputEnds() {
        Executed flood = run("while True: print('x' * 100)", limits(120_000, 60_000, 64));
        assertThat(flood.status()).isEqualTo(ProgramStatus.OUTPUT_LIMIT);
        assertThat(flood.stdout().text()).hasSize(1 << 16);
    }

    @Test
    void diskEnds() {
        Executed full = run("""
                try:
                    with open('/tmp/x', 'wb') as x:
                        for i in range(40): x.write(bytes(1 << 20))
                except OSError as full: print(full.errno in (27, 28))
                """, limits(120_000, 60_000, 64));
        assertThat(full.stdout().text()).isEqualTo("True\n");
    }

    @Test
    void filesAreBoundedInNumber() {
        Executed full = run("""
                try:
                    for i in range(20000): open(f'/tmp/{i}', 'w').close()
                    print('no bound')
                except OSError as full: print(full.errno)
                """, limits(120_000, 100_000, 64));
        assertThat(full.stdout().text()).isEqualTo("28\n");
    }

    @Test
    void systemCallsThatTheProfileLeavesOutAreRefused() {
        Executed refused = run("""
                import ctypes
                libc = ctypes.CDLL(None, use_errno=True)
                for call in ((272, 0x10000000), (425, 8, 0), (101, 16, 1), (29, 0, 4096, 0o1600)):
                    print(libc.syscall(*call), ctypes.get_errno())
                """, limits(60_000, 30_000, 64));
        assertThat(refused.stdout().text()).isEqualTo("-1 1\n".repeat(4));
    }

    /// On kernels that have Landlock; on others it may go down to its container's.
    @Test
    void aProgramKeepsTheOomScoreItIsGiven() {
        Executed attempt = run("""
                import ctypes
                landlock = ctypes.CDLL(None).syscall(444, None, 0, 1) >= 2
                try: open('/proc/self/oom_score_adj', 'w').write('500')
                except OSError: pass
                print(landlock and open('/proc/self/oom_score_adj').read() != '1000\\n')
                """, limits(60_000, 30_000, 64));
        assertThat(attempt.stdout().text()).isEqualTo("False\n");
    }

    @Test
    void aSessionKeepsItsState() throws Exception {
        try (SessionArena arena = new SessionArena()) {
            String id = arena.sessions()
                    .open(
                            new OpenSession("python", limits(60_000, 30_000, 64), OpenSession.DEFAULT_TTL_MILLIS),
                            SessionArena.TENANT)
                    .id();
            assertThat(arena.run(id, "x = 41", PolicyLevel.OFF).status()).isEqualTo(ProgramStatus.OK);
            assertThat(arena.out(id, "print(x + 1)")).isEqualTo("42\n");
        }
    }
}
