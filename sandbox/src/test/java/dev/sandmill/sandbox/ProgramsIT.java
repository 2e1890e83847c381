package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Content;
import dev.sandmill.api.Encoding;
import dev.sandmill.api.Executed;
import dev.sandmill.api.JobFailure;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What ordinary programs see, and what is said of them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProgramsIT {
    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(2, 1), new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private Executed run(Programs program) {
        return RealSandbox.answered(sandbox, program.request(), "ada");
    }

    private Executed python(String source) {
        return run(Programs.of("python", source));
    }

    @Test
    void aProgramPrintsAndEndsWell() {
        Executed hello = python("print('hello')");
        assertThat(hello.status()).isEqualTo(ProgramStatus.OK);
        assertThat(hello.exitCode()).isZero();
        assertThat(hello.signal()).isNull();
        assertThat(hello.stdout().text()).isEqualTo("hello\n");
        assertThat(hello.stderr().size()).isZero();
        assertThat(hello.image()).startsWith("sha256:");
        assertThat(hello.usage().peakMemoryBytes()).isPositive();
        assertThat(hello.usage().cpuMillis()).isPositive();
        assertThat(hello.usage().peakPids()).isPositive();
    }

    @Test
    void nodeRunsJavascript() {
        Executed hello = run(Programs.of("js", "console.log(process.argv.slice(2).join('+'))")
                .withArgs("a", "b c"));
        assertThat(hello.stderr().text()).isEmpty();
        assertThat(hello.stdout().text()).isEqualTo("a+b c\n");
    }

    @Test
    void argumentsArriveVerbatim() {
        Executed echo = run(Programs.of("python", "import sys; print(sys.argv)")
                .withArgs("-x", "$(id)", "a\nb", "ü", "", "; rm -rf /"));
        assertThat(echo.stdout().text()).isEqualTo("['main.py', '-x', '$(id)', 'a\\nb', 'ü', '', '; rm -rf /']\n");
    }

    @Test
    void standardInputArrivesWhole() {
        String megabytes = "0123456789abcde\n".repeat(3 << 16);
        Executed count = run(Programs.of("python", "import sys; print(len(sys.stdin.read()))")
                .withStdin(megabytes));
        assertThat(count.stdout().text()).isEqualTo(megabytes.length() + "\n");
    }

    @Test
    void inputThatNobodyReadsHoldsNothingUp() {
        Executed deaf = run(Programs.of("python", "print('done')").withStdin("x".repeat(10 << 20)));
        assertThat(deaf.status()).isEqualTo(ProgramStatus.OK);
        assertThat(deaf.stdout().text()).isEqualTo("done\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "PYTHONDUMMY"})
    void theEnvironmentIsTheLanguagesAndTheRequests(String name) {
        Executed env = run(Programs.of("python", "import os; print(sorted(os.environ.items()))")
                .withEnv(Map.of(name, "x=y")));
        assertThat(env.stdout().text())
                .contains("('" + name + "', 'x=y')", "('HOME', '/workspace/run')", "('PYTHONHASHSEED', '0')")
                .doesNotContain("sandmill", "HOSTNAME");
    }

    @Test
    void filesArriveAtTheirPaths() {
        byte[] large = new byte[300_000];
        java.util.Arrays.fill(large, (byte) 'z');
        Executed files = run(Programs.of("python", "")
                .withFiles(List.of(
                        new SourceFile(
                                "main.py",
                                Content.utf8(
                                        "import lib.deep.a as a; print(a.ANSWER, len(open('data.bin','rb').read()))")),
                        new SourceFile("lib/deep/a.py", Content.utf8("ANSWER = 42\n")),
                        new SourceFile("data.bin", Content.of(large)))));
        assertThat(files.stderr().text()).isEmpty();
        assertThat(files.stdout().text()).isEqualTo("42 300000\n");
    }

    @Test
    void anotherEntrypointRunsAsWell() {
        Executed other = run(Programs.of("python", "")
                .withFiles(List.of(
                        new SourceFile("app.py", Content.utf8("import main; print(__file__, main.X)")),
                        new SourceFile("main.py", Content.utf8("X = 1")))));
        assertThat(other.stdout().text()).isEqualTo("/workspace/run/app.py 1\n");
    }

    @Test
    void bytesThatAreNotTextComeBackAsTheyWere() {
        Executed raw = python("import sys; sys.stdout.buffer.write(bytes(range(256)))");
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        assertThat(raw.stdout().toByteArray()).isEqualTo(all);
        assertThat(raw.stdout().encoding()).isEqualTo(Encoding.BASE64);
    }

    @Test
    void outputLargerThanAPipeComesWhole() {
        Executed large = python("print('x' * 163840)");
        assertThat(large.status()).isEqualTo(ProgramStatus.OK);
        assertThat(large.stdout().size()).isEqualTo(163_841);
    }

    @Test
    void bothStreamsInTurnsDoNotBlockEachOther() {
        Executed both = python("""
                import sys
                for i in range(8):
                    sys.stdout.write('o' * 65536); sys.stdout.flush()
                    sys.stderr.write('e' * 65536); sys.stderr.flush()
                """);
        assertThat(both.status()).isEqualTo(ProgramStatus.OK);
        assertThat(both.stdout().size()).isEqualTo(8 * 65_536);
        assertThat(both.stderr().size()).isEqualTo(8 * 65_536);
    }

    @Test
    void outputIsToldWhileItComes() {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        RunResult result = sandbox.run(
                Programs.python("print('one')\nimport sys\nprint('two', file=sys.stderr)"),
                new RunContext("ada", "job", (stream, bytes) -> heard.writeBytes(bytes)));
        assertThat(result).isInstanceOf(RunResult.Answered.class);
        assertThat(heard.toString(StandardCharsets.UTF_8)).contains("one\n", "two\n");
    }

    @Test
    void theExitCodeIsTheProgramsOwn() {
        Executed three = python("import sys; sys.exit(3)");
        assertThat(three.status()).isEqualTo(ProgramStatus.NONZERO_EXIT);
        assertThat(three.exitCode()).isEqualTo(3);
    }

    @Test
    void aTracebackHasOnlyTheProgramsFrames() {
        Executed failed = python("def f():\n    raise ValueError('no')\nf()");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.stderr().text()).isEqualTo("""
                Traceback (most recent call last):
                  File "/workspace/run/main.py", line 3, in <module>
                    f()
                  File "/workspace/run/main.py", line 2, in f
                    raise ValueError('no')
                ValueError: no
                """);
    }

    @Test
    void aWarmInterpreterIsLikeACold() {
        String program = """
                import sys, os, atexit, threading
                atexit.register(lambda: print('bye'))
                threading.Thread(target=lambda: print('thread')).start()
                print(__name__, __file__, sys.argv, sys.path[0], sys.flags.hash_randomization, os.getcwd())
                print([n for n in globals() if not n.startswith('__')])
                print(sorted(os.listdir('/proc/self/fd')), os.getuid() == os.geteuid(), os.getgroups())
                print(sys.stdin.seekable(), sys.stdout.encoding, sys.stdout.errors, sys.stdout.line_buffering)
                print(open('/proc/self/status').read().count('CapEff:\\t0000000000000000'), os.getsid(0) == os.getpid())
                print(hash('x'), oct(os.umask(0)), os.path.exists('/dev/stdout') and open('/dev/stdout', 'w') is not None)
                sys.exit('last words')
                """;
        Executed warm = python(program);
        Executed cold = run(Programs.of("python", program).withEnv(Map.of("PYTHONUNUSED", "1")));
        assertThat(warm.stdout().text()).isEqualTo(cold.stdout().text()).contains("bye", "thread", "1 True");
        assertThat(warm.stderr().text()).isEqualTo(cold.stderr().text()).isEqualTo("last words\n");
        assertThat(warm.exitCode()).isEqualTo(cold.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "/etc/passwd", "a//b", "a/./b", "a/../../b", "", "a\0b"})
    void pathsThatLeaveTheWorkspaceAreInvalid(String path) {
        RunResult result = sandbox.run(
                Programs.of("python", "")
                        .withFiles(List.of(
                                new SourceFile("main.py", Content.utf8("print(1)")),
                                new SourceFile(path, Content.utf8("x"))))
                        .request(),
                new RunContext("ada", "job", OutputListener.NONE));
        assertThat(result)
                .isInstanceOfSatisfying(
                        RunResult.NotRun.class,
                        notRun -> assertThat(notRun.failure()).isInstanceOf(JobFailure.Invalid.class));
    }

    @Test
    void anUnknownLanguageIsInvalid() {
        RunResult result =
                sandbox.run(Programs.of("cobol", "").request(), new RunContext("ada", "j", OutputListener.NONE));
        assertThat(result)
                .isInstanceOfSatisfying(
                        RunResult.NotRun.class,
                        notRun -> assertThat(notRun.failure().message()).contains("cobol", "python", "javascript"));
    }

    @Test
    void languagesAndHealthAreKnown() {
        assertThat(sandbox.languages()).extracting(Language::language).contains("python", "javascript");
        assertThat(sandbox.languages())
                .allSatisfy(language -> assertThat(language.image()).startsWith("sha256:"));
        assertThat(sandbox.health().available()).isTrue();
    }
}
