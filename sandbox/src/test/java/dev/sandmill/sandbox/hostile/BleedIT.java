package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What one program leaves behind is not there for the next in the same, recycled container.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BleedIT {
    private static final String STATE = """
            import builtins, gc, json, locale, os, random, resource, signal, socket, sys, threading, time, warnings
            print('modules', sorted(sys.modules))
            print('builtins', sorted(vars(builtins)), builtins.print is print, len, sys.path, sys.meta_path, sys.path_hooks)
            print('flags', sys.getrecursionlimit(), sys.getswitchinterval(), gc.get_threshold(), gc.isenabled(), sys.gettrace(),
                  sys.getprofile(), sys.excepthook is sys.__excepthook__, warnings.filters, locale.setlocale(locale.LC_ALL))
            print('handlers', [(s, str(signal.getsignal(s))) for s in sorted(signal.valid_signals())], signal.pthread_sigmask(0, []))
            print('timers', signal.getitimer(0), signal.getitimer(1), signal.getitimer(2), signal.alarm(0))
            print('limits', [(n, resource.getrlimit(getattr(resource, n))) for n in dir(resource) if n.startswith('RLIMIT_')])
            print('process', os.umask(0o22), os.getcwd(), os.nice(0), os.sched_getaffinity(0), os.sched_getscheduler(0),
                  open('/proc/self/oom_score_adj').read(), open('/proc/self/coredump_filter').read(), open('/proc/self/timerslack_ns').read(),
                  open('/proc/self/personality').read(), open('/proc/self/comm').read(), threading.active_count(), os.getpgrp() == os.getsid(0))
            print('environment', sorted(os.environ.items()), sorted(os.listdir('/proc/self/fd')), sys.argv, time.tzname)
            print('files', os.listdir('/workspace'), os.listdir('.'), os.listdir('/tmp'), os.listdir('/dev/shm'), os.listdir('/dev/mqueue'),
                  os.listdir('/dev'), os.listdir('/dev/pts'), open('main.py').read().count('import'))
            print('modes', [oct(os.stat(p).st_mode) for p in ('/workspace', '/workspace/run', '/tmp', '/dev/shm', '/dev/mqueue', '/dev')])
            print('space', [(f.f_bfree, f.f_ffree) for f in (os.statvfs('/workspace'), os.statvfs('/tmp'), os.statvfs('/dev/shm'))])
            print('others', [p for p in os.listdir('/proc') if p.isdigit() and os.stat('/proc/' + p).st_uid != 0 and int(p) != os.getpid()])
            print('ipc', [open('/proc/sysvipc/' + n).read().count('\\n') for n in ('shm', 'sem', 'msg')], open('/proc/net/unix').read().count('@'))
            """;

    private Arena arena;

    @BeforeAll
    void open() throws IOException {
        arena = new Arena(1, "python");
    }

    @AfterAll
    void close() throws IOException {
        arena.close();
    }

    private Executed run(String source, String tenant) {
        return arena.python(source, Limits.DEFAULT, tenant);
    }

    /// Runs `mess` between two looks at everything, all in one container.
    private void leavesNoTrace(String mess, String tenant) throws IOException {
        Executed before = run(STATE, tenant);
        assertThat(before.stderr().text()).isEmpty();
        arena.requireQuiet();
        Executed messy = run(mess, tenant);
        assertThat(messy.stderr().text()).isEmpty();
        assertThat(messy.isolation()).isEqualTo("recycled");
        arena.requireQuiet();
        Executed after = run(STATE, tenant);
        assertThat(after.isolation()).isEqualTo("recycled");
        assertThat(after.stdout().text()).isEqualTo(before.stdout().text());
        arena.requireQuiet();
    }

    @Test
    void theStateOfTheInterpreter() throws IOException {
        leavesNoTrace("""
                import atexit, builtins, decimal, gc, json, locale, os, random, sys, threading, time, warnings
                builtins.len = builtins.open = lambda *a: 7
                builtins.bleed = 'bleed'
                json.dumps = None
                sys.path.insert(0, '/tmp'); sys.meta_path.clear(); sys.path_hooks.clear(); sys.modules['bleed'] = sys
                sys.setrecursionlimit(123); sys.setswitchinterval(1); gc.disable(); gc.set_threshold(1, 1, 1)
                warnings.simplefilter('error'); sys.excepthook = lambda *a: None
                os.environ['BLEED'] = 'bleed'; os.environ['TZ'] = 'Asia/Tokyo'; time.tzset(); os.putenv('PATH', '/tmp')
                random.seed(1); sys.argv[:] = ['bleed']; type.mro
                threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
                sys.settrace(lambda *a: None)
                """, "interpreter");
    }

    @Test
    void theStateOfTheProcess() throws IOException {
        leavesNoTrace("""
                import ctypes, os, resource, signal
                libc = ctypes.CDLL(None)
                for s in signal.valid_signals():
                    try: signal.signal(s, signal.SIG_IGN)
                    except (OSError, ValueError): pass
                signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
                signal.setitimer(signal.ITIMER_REAL, 500); signal.setitimer(signal.ITIMER_PROF, 500)
                os.umask(0o777); os.chdir('/'); os.nice(10); os.sched_setaffinity(0, [0]); os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
                for name, value in (('RLIMIT_NOFILE', 50), ('RLIMIT_FSIZE', 1), ('RLIMIT_NPROC', 3), ('RLIMIT_CPU', 1), ('RLIMIT_STACK', 1 << 20)):
                    resource.setrlimit(getattr(resource, name), (value, value))
                libc.prctl(29, 10**9, 0, 0, 0); libc.prctl(15, b'bleed', 0, 0, 0); libc.prctl(4, 0, 0, 0, 0); libc.prctl(36, 1, 0, 0, 0)
                """, "process");
    }

    @Test
    void filesOfEveryKind() throws IOException {
        leavesNoTrace("""
                import os, socket
                for place in ('/workspace', '/workspace/run', '/tmp', '/dev/shm'):
                    os.makedirs(place + '/a/.b/c'); open(place + '/a/.b/f', 'w').write('bleed' * 10000); os.symlink('/etc', place + '/l')
                    os.mkfifo(place + '/fifo'); open(place + '/\\n', 'w').close(); os.chmod(place + '/a', 0)
                    for name in ('sitecustomize.py', 'usercustomize.py', 'json.py', '.bashrc', '.profile', '.pythonrc'): open(place + '/' + name, 'w').write('print("bleed")')
                open('/dev/mqueue/q', 'w').close()
                os.makedirs('.local/lib/python3.11/site-packages'); open('.local/lib/python3.11/site-packages/x.pth', 'w').write('import bleed')
                held = open('/tmp/held', 'w'); held.write('x' * 100000); os.unlink('/tmp/held')
                os.utime('main.py', (1, 1)); os.chmod('/workspace/run', 0); os.open('/dev/ptmx', os.O_RDWR)
                """, "files");
    }

    @Test
    void namesWithoutFiles() throws IOException {
        leavesNoTrace("""
                import fcntl, mmap, os, select, socket
                listening = socket.socket(socket.AF_UNIX); listening.bind('\\0bleed'); listening.listen()
                waiting = socket.socket(); waiting.bind(('127.0.0.1', 4000)); waiting.listen()
                datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); datagrams.bind(('127.0.0.1', 4000))
                poll = select.epoll(); poll.register(listening); mmap.mmap(-1, 1 << 20); memory = os.memfd_create('bleed')
                fcntl.flock(os.open('main.py', os.O_RDONLY), fcntl.LOCK_EX)
                """, "names");
        Executed again = run("""
                import socket
                listening = socket.socket(socket.AF_UNIX); listening.bind('\\0bleed')
                waiting = socket.socket(); waiting.bind(('127.0.0.1', 4000))
                datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); datagrams.bind(('127.0.0.1', 4000))
                print('free')
                """, "names");
        assertThat(again.isolation()).isEqualTo("recycled");
        assertThat(again.stdout().text()).isEqualTo("free\n");
    }

    @Test
    void randomnessIsNotSharedByProgramsOfOneInterpreter() throws IOException {
        String random = "import os, random, secrets, tempfile, uuid\n"
                + "print(random.random(), secrets.token_hex(8), uuid.uuid4(), tempfile.mktemp(), os.urandom(8).hex())";
        Executed first = run(random, "random");
        arena.requireQuiet();
        Executed second = run(random, "random");
        assertThat(second.isolation()).isEqualTo("recycled");
        assertThat(second.stdout().text().split(" "))
                .doesNotContainAnyElementsOf(List.of(first.stdout().text().split(" ")));
    }

    @Test
    void processesCostTheContainer() throws IOException {
        Executed left = run("""
                import os, time
                if os.fork() == 0:
                    os.setsid(); time.sleep(1000)
                """, "processes");
        assertThat(left.status()).isEqualTo(ProgramStatus.OK);
        assertThat(run("print(1)", "processes").isolation()).isEqualTo("fresh");
        arena.requireQuiet();
    }
}
