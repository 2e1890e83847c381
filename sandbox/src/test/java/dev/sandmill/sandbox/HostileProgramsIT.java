package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that mean harm, with validation off: the container alone has to hold. After each of them, the next
/// program of the same tenant has to find everything as it should be.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileProgramsIT {
    /// Time enough to meet any other limit first, on a machine that is emulated or has other things to do.
    private static final Limits PATIENT = new Limits(60_000, 30_000, 128L << 20, 32, 256 << 10, 32L << 20);
    /// For programs that never end.
    private static final Limits BRIEF = new Limits(3_000, 1_000, 128L << 20, 32, 256 << 10, 32L << 20);
    /// Time enough to use a second of processor time on a machine that has other things to do.
    private static final Limits BUSY = new Limits(60_000, 1_000, 128L << 20, 32, 256 << 10, 32L << 20);

    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(2, 1), new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    @AfterEach
    void theNextProgramFindsEverythingClean() {
        Executed next = RealSandbox.answered(
                sandbox, Programs.of("python", """
                import os
                print(os.listdir('/workspace'), os.listdir('.'), os.listdir('/tmp'), os.listdir('/dev/shm'),
                      os.listdir('/dev/mqueue'))
                print(sum(1 for p in os.listdir('/proc') if p.isdigit() and os.stat('/proc/' + p).st_uid != 0))
                """).withLimits(PATIENT).request(), "mallory");
        assertThat(next.stderr().text()).isEmpty();
        assertThat(next.stdout().text()).isEqualTo("['run'] ['main.py'] [] [] []\n1\n");
    }

    private Executed run(Programs program) {
        return RealSandbox.answered(sandbox, program.request(), "mallory");
    }

    private Executed python(String source) {
        return run(Programs.of("python", source).withLimits(PATIENT));
    }

    private Executed neverEnding(String source) {
        return run(Programs.of("python", source).withLimits(BRIEF));
    }

    @Test
    void aSegmentationFaultIsNamed() {
        Executed crash = python("import ctypes; ctypes.string_at(0)");
        assertThat(crash.status()).isEqualTo(ProgramStatus.SIGNAL);
        assertThat(crash.signal()).isEqualTo("SIGSEGV");
        assertThat(crash.exitCode()).isNull();
    }

    @Test
    void anEndlessLoopHitsTheCpuLimit() {
        Executed loop = run(Programs.of("python", "while True: pass").withLimits(BUSY));
        assertThat(loop.status()).isEqualTo(ProgramStatus.CPU_LIMIT);
        assertThat(loop.usage().cpuMillis()).isBetween(1_000L, 1_500L);
    }

    @Test
    void manyBusyProcessesShareOneCpuLimit() {
        Executed busy = run(Programs.of("python", "import os\nfor i in range(4): os.fork()\nwhile True: pass")
                .withLimits(BUSY));
        assertThat(busy.status()).isEqualTo(ProgramStatus.CPU_LIMIT);
    }

    @Test
    void aProgramThatEndsBecauseAThreadWasRefusedHitTheProcessLimit() {
        Executed threads = python("""
                import threading, time
                for i in range(10**4): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                """);
        assertThat(threads.status()).as(threads.toString()).isEqualTo(ProgramStatus.PIDS_LIMIT);
        assertThat(threads.exitCode()).isEqualTo(1);
        Executed survivor = python("""
                import threading, time
                try:
                    for i in range(10**4): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                except RuntimeError as refused:
                    print(refused)
                """);
        assertThat(survivor.status()).as(survivor.toString()).isEqualTo(ProgramStatus.OK);
        assertThat(survivor.message()).contains("refused");
    }

    @Test
    void sleepingHitsTheWallLimitWithoutUsingTheProcessor() {
        Executed sleep = neverEnding("import time; print('x', flush=True); time.sleep(10**6)");
        assertThat(sleep.status()).isEqualTo(ProgramStatus.WALL_LIMIT);
        assertThat(sleep.stdout().text()).isEqualTo("x\n");
        assertThat(sleep.usage().cpuMillis()).isLessThan(500);
        assertThat(sleep.usage().wallMillis()).isBetween(3_000L, 3_500L);
    }

    @Test
    void stoppingItselfOrIgnoringSignalsDoesNotHelp() {
        assertThat(neverEnding("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)")
                        .status())
                .isEqualTo(ProgramStatus.WALL_LIMIT);
        assertThat(neverEnding("""
                import signal, time
                for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)
                while True: time.sleep(1)
                """).status()).isEqualTo(ProgramStatus.WALL_LIMIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"warm", "cold"})
    void aMemoryBombHitsTheMemoryLimit(String start) {
        Executed bomb = run(Programs.of("python", "x = []\nwhile True: x.append(bytearray(10**7))")
                .withLimits(PATIENT)
                .withEnv(start.equals("cold") ? Map.of("PYTHONUNUSED", "1") : Map.of()));
        assertThat(bomb.status()).isEqualTo(ProgramStatus.MEMORY_LIMIT);
        assertThat(bomb.usage().peakMemoryBytes()).isGreaterThan(100L << 20);
    }

    @Test
    void aChildThatEatsTheMemoryIsToldFromItsHealthyParent() {
        Executed parent = python("""
                import os
                pid = os.fork()
                if pid == 0:
                    x = []
                    while True: x.append(bytearray(10**7))
                os.waitpid(pid, 0)
                print('parent is fine')
                """);
        assertThat(parent.status()).isEqualTo(ProgramStatus.MEMORY_LIMIT);
        assertThat(parent.exitCode()).isZero();
        assertThat(parent.stdout().text()).isEqualTo("parent is fine\n");
    }

    @Test
    void memoryHeldInFilesCountsAsMemory() {
        Executed files = run(
                Programs.of("python", """
                for place in ('/tmp/a', '/workspace/run/a'):
                    with open(place, 'wb') as f:
                        for i in range(100): f.write(bytes(1 << 20))
                """).withLimits(new Limits(60_000, 30_000, 64L << 20, 32, 65_536, 256L << 20)));
        assertThat(files.status()).isEqualTo(ProgramStatus.MEMORY_LIMIT);
    }

    @Test
    void printingForeverHitsTheOutputLimitAndKeepsTheHead() {
        Executed flood = python("i = 0\nwhile True:\n    print(i)\n    i += 1");
        assertThat(flood.status()).isEqualTo(ProgramStatus.OUTPUT_LIMIT);
        assertThat(flood.stdout().size()).isEqualTo(256 << 10);
        assertThat(flood.stdout().text()).startsWith("0\n1\n2\n");
        assertThat(flood.stdoutTruncated()).isTrue();
        assertThat(flood.stderrTruncated()).isFalse();
    }

    @Test
    void exactlyTheLimitIsNotTooMuch() {
        Executed exact = python("import sys; sys.stderr.write('e' * (256 << 10))");
        assertThat(exact.status()).isEqualTo(ProgramStatus.OK);
        assertThat(exact.stderrTruncated()).isFalse();
        assertThat(python("import sys; sys.stderr.write('e' * ((256 << 10) + 1))")
                        .status())
                .isEqualTo(ProgramStatus.OUTPUT_LIMIT);
    }

    @Test
    void aForkBombIsStoppedAndLeavesNothing() {
        Executed bomb = neverEnding("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass");
        assertThat(bomb.status()).isIn(ProgramStatus.CPU_LIMIT, ProgramStatus.WALL_LIMIT);
        assertThat(bomb.usage().peakPids()).isLessThanOrEqualTo(BRIEF.pids() + 1);
    }

    @Test
    void thereIsNoNetworkButLoopback() {
        Executed net = python("""
                import socket
                for family, to in ((socket.AF_INET, ('1.1.1.1', 80)), (socket.AF_INET, ('169.254.169.254', 80)),
                                   (socket.AF_INET, ('172.17.0.1', 2375)), (socket.AF_INET6, ('2606:4700::1111', 80)),
                                   (socket.AF_UNIX, '/var/run/docker.sock')):
                    try:
                        socket.socket(family).connect(to)
                        print('connected', to)
                    except OSError as e:
                        print('denied')
                for make in (lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1), lambda: socket.socket(16, 3, 0),
                             lambda: socket.socket(17, 3, 0), lambda: socket.socket(38, 5, 0), lambda: socket.socket(40, 1, 0)):
                    try:
                        make(); print('made')
                    except OSError as e:
                        print('denied')
                s = socket.socket(); s.bind(('127.0.0.1', 8000)); s.listen()
                socket.create_connection(('127.0.0.1', 8000)); print('loopback')
                """);
        assertThat(net.stderr().text()).isEmpty();
        assertThat(net.stdout().text()).isEqualTo("denied\n".repeat(10) + "loopback\n");
    }

    @Test
    void nothingOutsideOfTheWritablePlacesCanBeWritten() {
        Executed writes = python("""
                import os
                for path in ('/etc/x', '/x', '/usr/bin/x', '/sandmill/init', '/usr/bin/python3', '/var/tmp/x', '/dev/x',
                             '/sandmill/python/zygote.py', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger',
                             '/sys/fs/cgroup/memory/memory.limit_in_bytes', '/proc/1/mem', '/root/x', '/workspace/../x'):
                    try:
                        open(path, 'r+b' if os.path.exists(path) else 'wb'); print('open', path)
                    except OSError:
                        pass
                for call in (lambda: os.mknod('/tmp/d', 0o60666, os.makedev(8, 0)), lambda: os.chroot('/tmp'), lambda: os.setuid(0),
                             lambda: os.kill(1, 9), lambda: os.listdir('/proc/1/fd'), lambda: open('/proc/1/environ').read(),
                             lambda: os.setgroups([0]), lambda: os.nice(-5)):
                    try:
                        call(); print('allowed')
                    except OSError:
                        pass
                print('end')
                """);
        assertThat(writes.stderr().text()).isEmpty();
        assertThat(writes.stdout().text()).isEqualTo("end\n");
    }

    @Test
    void forbiddenSystemCallsAnswerWithAnErrorAndDoNotKill() {
        Executed calls = python("""
                import ctypes
                libc = ctypes.CDLL(None, use_errno=True)
                calls = {'ptrace': (101, 16, 1), 'unshare': (272, 0x10000000), 'setns': (308, 0, 0), 'mount': (165, 0, 0, 0, 0, 0),
                    'fsopen': (430, 0, 0), 'bpf': (321, 0, 0, 0), 'perf': (298, 0, 0, 0, 0, 0), 'userfaultfd': (323, 0),
                    'keyctl': (250, 0, 0), 'add_key': (248, 0, 0, 0, 0, 0), 'io_uring': (425, 8, 0), 'kexec': (246, 0, 0, 0, 0),
                    'init_module': (175, 0, 0, 0), 'reboot': (169, 0, 0, 0), 'swapon': (167, 0, 0), 'settimeofday': (164, 0, 0),
                    'open_by_handle': (304, 0, 0, 0), 'mq_open': (240, 0, 0, 0, 0), 'shmget': (29, 0, 4096, 0o1600),
                    'process_vm_readv': (310, 1, 0, 0, 0, 0, 0), 'clone_ns': (56, 0x10000000 | 17, 0, 0, 0, 0),
                    'personality': (135, 0x0040000)}
                for name, args in calls.items():
                    result = libc.syscall(*[ctypes.c_long(a) for a in args])
                    if result != -1 or ctypes.get_errno() != 1: print(name, result, ctypes.get_errno())
                print(libc.syscall(ctypes.c_long(435), 0, 0), ctypes.get_errno())
                """);
        assertThat(calls.stderr().text()).isEmpty();
        assertThat(calls.stdout().text()).isEqualTo("-1 38\n");
    }

    @Test
    void aDaemonThatHoldsTheOutputIsNotWaitedFor() {
        long start = System.nanoTime();
        Executed daemon = python("""
                import os, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        while True: time.sleep(1)
                    os._exit(0)
                print('parent done')
                """);
        assertThat(daemon.status()).isEqualTo(ProgramStatus.OK);
        assertThat(daemon.stdout().text()).isEqualTo("parent done\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void whatLooksLikeAFrameIsOnlyOutput() {
        Executed forged = python("""
                import os, struct
                exit_frame = struct.pack('>IB', 43, 0x86) + bytes(43)
                for fd in range(0, 64):
                    try: os.write(fd, exit_frame)
                    except OSError: pass
                print('still here', sorted(os.listdir('/proc/self/fd')))
                """);
        assertThat(forged.status()).isEqualTo(ProgramStatus.OK);
        assertThat(forged.stdout().size()).isEqualTo(48 + "still here ['0', '1', '2', '3']\n".length());
        assertThat(forged.stderr().size()).isEqualTo(48);
    }

    @Test
    void fullPlacesAndDeepTreesAreEmptiedAgain() {
        Executed full = run(Programs.of("python", """
                import os
                for place in ('/tmp', '/dev/shm', '/workspace/run'):
                    os.chdir(place)
                    for i in range(3000):
                        os.mkdir('d'); os.chdir('d')
                    os.chdir(place)
                    try:
                        for i in range(10**6): open('f%d' % i, 'w').close()
                    except OSError as e: print(e.errno)
                    os.symlink('/etc', place + '/d/link'); os.chmod(place + '/d', 0)
                os.chmod('/workspace/run', 0)
                """)
                .withLimits(new Limits(20_000, 20_000, 128L << 20, 32, 256 << 10, 32L << 20)));
        assertThat(full.stderr().text()).contains("No space left");
        assertThat(full.status()).isEqualTo(ProgramStatus.NONZERO_EXIT);
    }

    @Test
    void stateOfOneRunIsNotThereInTheNext() {
        Executed first = python("""
                import os, time
                for place in ('/tmp/.x', '/dev/shm/x', '/workspace/x', '/workspace/run/sitecustomize.py', '/dev/mqueue/x'):
                    open(place, 'w').write('bleed')
                os.makedirs('/tmp/a/b'); os.chmod('/tmp/a', 0)
                if os.fork() == 0:
                    os.setsid(); time.sleep(1000)
                """);
        assertThat(first.status()).isEqualTo(ProgramStatus.OK);
    }
}
