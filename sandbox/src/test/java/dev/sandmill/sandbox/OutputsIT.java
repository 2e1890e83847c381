package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.ProgramStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Files brought back from programs that try to have others brought back.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutputsIT {
    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(2, 1), new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private Executed run(String source, String... globs) {
        return run(source, List.of(), globs);
    }

    private Executed run(String source, List<ProgramInput> inputs, String... globs) {
        ExecuteCode code = new ExecuteCode(
                "python",
                source,
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                inputs,
                new Limits(5_000, 10_000, 256L << 20, 64, 1L << 20, 64L << 20),
                PolicyLevel.OFF,
                Isolation.AUTO,
                CacheMode.OFF,
                List.of(globs));
        return RealSandbox.answered(sandbox, code, "ada");
    }

    private static String shown(Artifact artifact) {
        return artifact.path() + " "
                + (artifact.content() == null
                        ? artifact.error()
                        : artifact.content().text());
    }

    @Test
    void whatMatchesComesBackByPathWithSizeAndHash() {
        Executed executed = run("""
                import os
                os.makedirs('out/deep')
                open('out/b.json', 'w').write('{}')
                open('out/a.json', 'wb').write(bytes([255, 0]))
                open('out/deep/c.json', 'w').write('deep')
                open('out/d.txt', 'w').write('not asked for')
                """, "out/*.json");
        assertThat(executed.status()).isEqualTo(ProgramStatus.OK);
        assertThat(executed.artifacts())
                .extracting(OutputsIT::shown)
                .containsExactly("out/a.json /wA=", "out/b.json {}");
        assertThat(executed.artifacts().getLast().sizeBytes()).isEqualTo(2);
        assertThat(executed.artifacts().getLast().sha256())
                .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        assertThat(run("open('x', 'w')", "nothing/*").artifacts()).isEmpty();
    }

    @Test
    void aFileOfManyChunksIsWhole() {
        Executed executed = run("open('big', 'wb').write(bytes(range(256)) * 12000)", "big");
        byte[] bytes = executed.artifacts().getFirst().content().toByteArray();
        assertThat(bytes).hasSize(256 * 12000);
        assertThat(bytes[bytes.length - 1]).isEqualTo((byte) 255);
    }

    @Test
    void onlyRegularFilesWithOneNameHaveContent() {
        Executed executed = run("""
                import os, socket
                os.symlink('/etc/passwd', 'link')
                os.symlink('nowhere', 'dangling')
                os.mkfifo('fifo')
                socket.socket(socket.AF_UNIX).bind('socket')
                open('one', 'w').write('x'); os.link('one', 'two')
                open('closed', 'w').write('x'); os.chmod('closed', 0)
                open('file', 'w').write('fine')
                """, "[a-z]*", "*");
        assertThat(executed.artifacts())
                .filteredOn(artifact -> !artifact.path().equals("main.py"))
                .extracting(OutputsIT::shown)
                .containsExactly(
                        "closed Permission denied",
                        "dangling a symbolic link, not a file",
                        "fifo not a regular file",
                        "file fine",
                        "link a symbolic link, not a file",
                        "one has other hard links",
                        "socket not a regular file",
                        "two has other hard links");
    }

    @Test
    void aFolderThatIsALinkIsNotEntered() {
        Executed executed = run("""
                import os
                os.symlink('/etc', 'out')
                os.symlink('/', 'root')
                os.mkdir('real'); os.symlink('..', 'real/up')
                """, "out/*", "root/**", "**/passwd", "real/up/*");
        assertThat(executed.artifacts()).isEmpty();
    }

    @Test
    void aWorkspaceThatBecameALinkIsNotEntered() {
        Executed executed = run("""
                import os
                os.rename('/workspace/run', '/workspace/other')
                os.symlink('/etc', '/workspace/run')
                """, "passwd", "**");
        assertThat(executed.artifacts()).extracting(OutputsIT::shown).containsExactly(". Not a directory");
    }

    @Test
    void aDaemonThatSwapsFilesForLinksIsDeadBeforeAnythingIsRead() {
        Executed executed = run("""
                import os
                os.makedirs('out')
                open('out/a', 'w').write('mine')
                if os.fork() == 0:
                    os.setsid()
                    while True:
                        os.symlink('/etc/passwd', 'out/b'); os.rename('out/b', 'out/a')
                        open('out/b', 'w').write('mine'); os.rename('out/b', 'out/a')
                """, "out/*");
        assertThat(executed.artifacts()).isNotEmpty();
        assertThat(executed.artifacts())
                .allSatisfy(artifact -> assertThat(shown(artifact)).doesNotContain("root:"));
    }

    @Test
    void sizeCountAndDepthAreBounded() {
        Executed large = run("""
                open('sparse', 'wb').truncate(60 << 20)
                for i in range(3):
                    open(f'mega{i}', 'wb').write(bytes(3 << 20))
                """, "sparse", "mega*");
        assertThat(large.artifacts()).extracting(Artifact::path).containsExactly("mega0", "mega1", "mega2", "sparse");
        assertThat(large.artifacts()).filteredOn(one -> one.content() != null).hasSize(2);
        assertThat(large.artifacts().getLast().error()).contains("larger");
        assertThat(large.artifacts().getLast().sizeBytes()).isEqualTo(60L << 20);

        Executed many = run("for i in range(1500): open(f'f{i}', 'w')", "f*");
        assertThat(many.artifacts()).hasSize(1000);
        assertThat(many.message()).contains("1000");

        Executed deep = run("""
                import os
                for i in range(200):
                    os.mkdir('d'); os.chdir('d')
                open('f', 'w')
                """, "**/f");
        assertThat(deep.artifacts()).hasSize(1);
        assertThat(deep.artifacts().getFirst().error()).contains("deeper");
    }

    @Test
    void strangeNamesAreEscaped() {
        Executed executed = run("""
                for name in [b'a\\nb.o', b'\\xff.o', 'ü.o'.encode(), b'back\\\\slash.o', b'-rf.o']:
                    open(name, 'w').write('x')
                """, "*.o");
        assertThat(executed.artifacts())
                .extracting(Artifact::path)
                .containsExactlyInAnyOrder("-rf.o", "\\xff.o", "a\\x0ab.o", "back\\x5cslash.o", "ü.o");
    }

    @Test
    void aFailedAndALimitedProgramBringFilesBackToo() {
        assertThat(run("open('a', 'w').write('x'); exit(3)", "a").artifacts()).hasSize(1);
        assertThat(run("open('a', 'w').write('x'); import time; time.sleep(60)", "a")
                        .artifacts())
                .hasSize(1);
    }

    @Test
    void everyInputHasItsOwnFiles() {
        Executed all = run(
                "open('a' + input(), 'w').write('x')",
                List.of(new ProgramInput(Content.utf8("1"), List.of()), new ProgramInput(Content.utf8("2"), List.of())),
                "a*");
        assertThat(all.runs())
                .isNotNull()
                .extracting(one -> one.artifacts().getFirst().path())
                .containsExactly("a1", "a2");
    }
}
