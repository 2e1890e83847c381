package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The compile step, with a small compiler of ours in the Python image: it checks its sources, runs the lines that
/// begin with `#!compile` itself, and writes one executable file.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompileIT {
    private static final String LANGUAGE = """
            name: python
            aliases: []
            versionCommand: []
            sourceFile: main.py
            extensions: [.py]
            compile: [/usr/bin/python3, -c, "%s", "{output}", "{sources}"]
            run: ["{output}"]
            executesFiles: true
            warm: none
            env: {}
            """;

    private static final String COMPILER = """
            import os, sys
            text = ''.join(open(name).read() for name in sys.argv[2:])
            print('compiling', *sys.argv[2:])
            for line in text.splitlines():
                if line.startswith('#!compile '):
                    exec(line[10:])
            compile(text, 'program', 'exec')
            with open(sys.argv[1], 'x') as out:
                out.write('#!/usr/bin/python3' + chr(10) + text)
            os.chmod(sys.argv[1], 0o755)
            """;

    private Sandbox sandbox;

    @BeforeAll
    void open(@TempDir Path languages) throws IOException {
        Path folder = Files.createDirectory(languages.resolve("python"));
        Files.writeString(folder.resolve("language.yaml"), LANGUAGE.formatted(COMPILER.replace("\n", "\\n")));
        sandbox = Sandbox.open(
                new SandboxConfig(
                        "test-" + UUID.randomUUID(),
                        RealSandbox.DOCKER,
                        languages,
                        RealSandbox.IMAGE_TAG,
                        RealSandbox.SECCOMP,
                        2,
                        1,
                        Optional.empty()),
                new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private Executed run(ExecuteCode code) {
        return RealSandbox.answered(sandbox, code, "ada");
    }

    private Executed run(String source) {
        return run(Programs.python(source));
    }

    private static ExecuteCode withInputs(String source, List<ProgramInput> inputs) {
        return new ExecuteCode(
                "python",
                source,
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                inputs,
                new Limits(2_000, 10_000, 256L << 20, 64, 1L << 20, 64L << 20),
                PolicyLevel.OFF,
                Isolation.AUTO,
                CacheMode.OFF,
                List.of());
    }

    @Test
    void aProgramIsCompiledAndThenRun() {
        Executed executed = run("import sys\nprint('ran', sys.argv[0])");
        assertThat(executed.status()).isEqualTo(ProgramStatus.OK);
        assertThat(executed.stdout().text()).isEqualTo("ran /workspace/run/sandmill.out\n");
        assertThat(executed.compile()).isNotNull().satisfies(compile -> {
            assertThat(compile.status()).isEqualTo(ProgramStatus.OK);
            assertThat(compile.exitCode()).isZero();
            assertThat(compile.stdout().text()).isEqualTo("compiling main.py\n");
            assertThat(compile.usage().cpuMillis()).isPositive();
        });
    }

    @Test
    void allSourcesAreCompiledAndNoNameOfThemIsAnOptionOrTheOutput() {
        Executed executed = run(Programs.of("python", "")
                .withFiles(List.of(
                        new SourceFile("main.py", Content.utf8("print(1)\n")),
                        new SourceFile("-c.py", Content.utf8("print(2)\n")),
                        new SourceFile("@a.py", Content.utf8("print(3)\n")),
                        new SourceFile("sandmill.out/x.py", Content.utf8("import sys; print(sys.argv[0])\n")),
                        new SourceFile("data.txt", Content.utf8("not python"))))
                .request());
        assertThat(executed.compile()).isNotNull();
        assertThat(executed.compile().stdout().text())
                .isEqualTo("compiling main.py ./-c.py ./@a.py sandmill.out/x.py\n");
        assertThat(executed.stdout().text()).isEqualTo("1\n2\n3\n/workspace/run/sandmill.out_\n");
    }

    @Test
    void whatTheCompilerRefusesIsACompileError() {
        Executed executed = run("print(");
        assertThat(executed.status()).isEqualTo(ProgramStatus.COMPILE_ERROR);
        assertThat(executed.exitCode()).isNull();
        assertThat(executed.stdout().size()).isZero();
        assertThat(executed.usage()).isEqualTo(executed.compile().usage());
        assertThat(executed.usage().cpuMillis()).isPositive();
        assertThat(executed.message()).contains("exit code 1");
        assertThat(executed.compile()).isNotNull();
        assertThat(executed.compile().status()).isEqualTo(ProgramStatus.COMPILE_ERROR);
        assertThat(executed.compile().exitCode()).isEqualTo(1);
        assertThat(executed.compile().stderr().text()).contains("SyntaxError");
    }

    @Test
    void aLimitThatTheCompilerHitsIsThatLimit() {
        Executed memory = run("#!compile x = bytearray(10**10) if False else [bytearray(10**7) for _ in range(100)]");
        assertThat(memory.status()).isEqualTo(ProgramStatus.MEMORY_LIMIT);
        Executed wall = run(withInputs("#!compile __import__('time').sleep(60)", List.of()));
        assertThat(wall.status()).isEqualTo(ProgramStatus.WALL_LIMIT);
        assertThat(wall.compile()).isNotNull();
        assertThat(wall.compile().exitCode()).isEqualTo(137);
        Executed output = run("#!compile print('x' * 2000000)");
        assertThat(output.status()).isEqualTo(ProgramStatus.OUTPUT_LIMIT);
        assertThat(output.compile()).isNotNull();
        assertThat(output.compile().truncated()).isTrue();
    }

    @Test
    void aCompilersBackgroundProcessIsGoneWhenTheProgramRuns() {
        Executed executed = run("""
                #!compile os.fork() or (os.setsid(), __import__('time').sleep(60))
                import os
                print(sorted(int(name) for name in os.listdir('/proc') if name.isdigit()) == [1, os.getpid()])
                """);
        assertThat(executed.stdout().text()).isEqualTo("True\n");
    }

    @Test
    void manyInputsAreCompiledOnceAndALimitInOneDoesNotEndTheOthers() {
        Executed all = run(withInputs(
                "import time, sys\nn = int(input())\ntime.sleep(60 if n == 2 else 0)\nprint(n, sys.argv[1:])",
                List.of(
                        new ProgramInput(Content.utf8("1"), List.of("a")),
                        new ProgramInput(Content.utf8("2"), List.of()),
                        new ProgramInput(Content.utf8("3"), List.of()))));
        assertThat(all.status()).isEqualTo(ProgramStatus.WALL_LIMIT);
        assertThat(all.compile()).isNotNull();
        assertThat(all.runs())
                .isNotNull()
                .extracting(one -> one.status() + one.stdout().text())
                .containsExactly("OK1 ['a']\n", "WALL_LIMIT", "OK3 []\n");
        assertThat(all.runs()).isNotNull().extracting(Executed::compile).containsOnly(all.compile());
    }

    @Test
    void noInputFindsWhatAnotherLeftOrChanged() {
        String source = """
                #!compile os.makedirs('made/by/it'); open('made/by/it/data', 'w').write('data'); os.symlink('made/by', 'link')
                import os, sys, zlib
                seen = []
                for folder, folders, files in os.walk('.'):
                    folders.sort()
                    for name in sorted(files + folders):
                        path = os.path.join(folder, name)
                        seen.append((path, oct(os.lstat(path).st_mode), os.path.islink(path) or os.path.isdir(path) or zlib.crc32(open(path, 'rb').read())))
                print(seen, os.listdir('/tmp'), os.listdir('/dev/shm'), os.getuid() == os.stat('.').st_uid)
                for closed in ('/workspace/.saved', '/workspace/.saved/main.py'):
                    for touch in (os.listdir, open, os.rmdir, lambda path: os.rename(path, '/workspace/other')):
                        try:
                            print('not closed', touch(closed))
                        except PermissionError:
                            pass
                open('made/by/it/data', 'a').write('more'); open(sys.argv[0], 'a').write('# more'); os.unlink('main.py')
                os.chmod('made', 0o500); os.symlink('/etc', 'other'); open('/tmp/left', 'w').close(); open('/dev/shm/left', 'w').close()
                open('/workspace/left', 'w').close()
                if os.fork() == 0:
                    while True: open('running', 'w').close()
                if input() == 'kill': os.kill(os.getpid(), 9)
                """;
        Executed all = run(withInputs(
                source,
                List.of(
                        new ProgramInput(Content.utf8("go on"), List.of()),
                        new ProgramInput(Content.utf8("kill"), List.of()),
                        new ProgramInput(Content.utf8("go on"), List.of()))));
        assertThat(all.runs()).isNotNull().hasSize(3);
        String first = all.runs().getFirst().stdout().text();
        assertThat(first)
                .contains("./made/by/it/data", "./link", "./main.py", "./sandmill.out", "[] [] True")
                .doesNotContain("not closed");
        assertThat(all.runs()).extracting(one -> one.stdout().text()).containsOnly(first);
    }

    @Test
    void whatTheCompilerLeavesIsGoneForTheNextProgram() {
        List<Executed> nexts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            run("#!compile open('/tmp/left', 'w').write('x'); open('left', 'w').write('x')\nprint(1)");
            nexts.add(run("import os\nprint(os.listdir('/tmp'), sorted(os.listdir('.')))"));
        }
        assertThat(nexts).extracting(next -> next.stdout().text()).containsOnly("[] ['main.py', 'sandmill.out']\n");
        assertThat(nexts).extracting(Executed::isolation).contains("recycled");
    }
}
