package dev.sandmill.orchestrator.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Content;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mirrors and tree diffs of repositories made by the real `git`.
class MirrorsIT {
    private static FetchProcesses processes;

    @TempDir
    private Path temp;

    private WorkingCopy copy;
    private RemotePolicy policy;
    private Mirrors mirrors;

    @BeforeAll
    static void open() {
        processes = FetchProcesses.open();
    }

    @AfterAll
    static void close() {
        processes.close();
    }

    @BeforeEach
    void begin() {
        copy = WorkingCopy.init(temp.resolve("code"));
        policy = new RemotePolicy(Set.of("*"), List.of(), temp.resolve("home"));
        mirrors = new Mirrors(MirrorConfig.in(temp.resolve("home/mirrors")), policy, processes);
    }

    private Mirror fetch() throws GitFailure, InterruptedException {
        return mirrors.fetch("acme", "web", policy.check(copy.folder().toString(), true));
    }

    @Test
    void everyFileOfAFirstCommitIsNewAndReadable() throws Exception {
        copy.write("a.py", "a = 1\n").write("deep/er/b.py", "b = 2\n");
        String commit = copy.commit("one");
        try (Mirror mirror = fetch()) {
            assertThat(mirror.defaultBranch()).contains("main");
            assertThat(mirror.head("main")).contains(commit);
            TreeDiff diff = mirror.diff(null, commit);
            assertThat(diff.put()).extracting(TreeDiff.Blob::path).containsExactly("a.py", "deep/er/b.py");
            assertThat(diff.seen()).isEqualTo(2);
            assertThat(mirror.read(diff.put().get(1).blobId(), 100)).contains(Content.utf8("b = 2\n"));
            assertThat(mirror.read(diff.put().get(1).blobId(), 5)).isEmpty();
        }
    }

    @Test
    void onlyWhatDiffersIsTold() throws Exception {
        copy.write("same", "s")
                .write("changed", "1")
                .write("gone", "g")
                .write("moved", "m")
                .write("mode", "x");
        String one = copy.commit("one");
        copy.write("changed", "2").write("new", "n");
        copy.git("rm", "-q", "gone");
        copy.git("mv", "moved", "renamed");
        copy.git("update-index", "--chmod=+x", "mode");
        Files.setPosixFilePermissions(copy.folder().resolve("mode"), PosixFilePermissions.fromString("rwxr-xr-x"));
        String two = copy.commit("two");
        try (Mirror mirror = fetch()) {
            TreeDiff diff = mirror.diff(one, two);
            assertThat(diff.put()).extracting(TreeDiff.Blob::path).containsExactly("changed", "new", "renamed");
            assertThat(diff.removed()).containsExactly("gone", "moved");
            assertThat(diff.seen()).isEqualTo(5);
        }
    }

    @Test
    void linksAndSubmodulesAreNoFiles() throws Exception {
        WorkingCopy other = WorkingCopy.init(temp.resolve("other"));
        other.write("inner.py", "x").commit("inner");
        copy.write("file", "text").write("turns", "text");
        String one = copy.commit("one");
        Files.delete(copy.folder().resolve("turns"));
        Files.createSymbolicLink(copy.folder().resolve("turns"), Path.of("/etc/passwd"));
        copy.git("submodule", "--quiet", "add", other.folder().toString(), "sub");
        String two = copy.commit("two");
        try (Mirror mirror = fetch()) {
            TreeDiff diff = mirror.diff(one, two);
            assertThat(diff.put()).extracting(TreeDiff.Blob::path).containsExactly(".gitmodules");
            assertThat(diff.removed()).containsExactly("turns");
            assertThat(mirror.blob(two, "turns")).isEmpty();
            assertThat(mirror.blob(two, "file")).isPresent();
            assertThat(mirror.blob(two, "absent")).isEmpty();
        }
    }

    @Test
    void aForcePushAndADeletedBranchArriveInTheMirror() throws Exception {
        copy.write("a", "1");
        String one = copy.commit("one");
        copy.git("branch", "side");
        copy.write("a", "2");
        String two = copy.commit("two");
        fetch().close();
        copy.git("reset", "-q", "--hard", one);
        copy.git("branch", "-q", "-D", "side");
        copy.write("a", "3");
        String three = copy.commit("three");
        try (Mirror mirror = fetch()) {
            assertThat(mirror.head("main")).contains(three);
            assertThat(mirror.head("side")).isEmpty();
            assertThat(mirror.diff(two, three).put()).hasSize(1);
        }
    }

    @Test
    void aMergeIsComparedByTreesNotByHistory() throws Exception {
        copy.write("a", "1");
        String one = copy.commit("one");
        copy.git("checkout", "-q", "-b", "side");
        copy.write("b", "1").commit("side");
        copy.git("checkout", "-q", "main");
        copy.write("c", "1").commit("main");
        copy.git("merge", "-q", "--no-ff", "-m", "merge", "side");
        try (Mirror mirror = fetch()) {
            assertThat(mirror.diff(one, copy.head()).put())
                    .extracting(TreeDiff.Blob::path)
                    .containsExactly("b", "c");
        }
    }

    @Test
    void strangeFileNamesArriveAsTheyAre() throws Exception {
        List<String> names = List.of(" lead", "-dash", "a\tb", "new\nline", "quote\"", "ümläut/文件.py", "😀.js");
        names.forEach(name -> copy.write(name, name));
        String commit = copy.commit("strange");
        try (Mirror mirror = fetch()) {
            assertThat(mirror.diff(null, commit).put())
                    .extracting(TreeDiff.Blob::path)
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    void anEmptyRepositoryHasNoBranch() throws Exception {
        try (Mirror mirror = fetch()) {
            assertThat(mirror.defaultBranch()).isEmpty();
        }
    }

    @Test
    void commitsAreFoundByTheirStartAndNothingElseIs() throws Exception {
        copy.write("a", "1");
        String commit = copy.commit("one");
        copy.git("tag", "-a", "-m", "annotated", "v1");
        try (Mirror mirror = fetch()) {
            assertThat(mirror.commit(commit)).contains(commit);
            assertThat(mirror.commit(commit.substring(0, 8))).contains(commit);
            assertThat(mirror.commit("0123456789012345678901234567890123456789"))
                    .isEmpty();
            assertThat(mirror.commit(copy.git("rev-parse", "HEAD:a"))).isEmpty();
            assertThat(mirror.commit("f".repeat(64))).isEmpty();
        }
    }

    @Test
    void aFolderWithoutGitBecomesACommitOfItsFiles() throws Exception {
        Path plain = Files.createDirectories(temp.resolve("plain/sub"));
        Files.writeString(plain.resolve("a.py"), "a");
        Files.createSymbolicLink(plain.resolve("link"), Path.of("/etc/passwd"));
        Remote remote = policy.check(temp.resolve("plain").toString(), true);
        String first;
        try (Mirror mirror = mirrors.fetch("acme", "plain", remote)) {
            first = mirror.head(mirror.defaultBranch().orElseThrow()).orElseThrow();
            assertThat(mirror.diff(null, first).put())
                    .extracting(TreeDiff.Blob::path)
                    .containsExactly("sub/a.py");
        }
        try (Mirror mirror = mirrors.fetch("acme", "plain", remote)) {
            assertThat(mirror.head("main")).contains(first);
        }
        Files.writeString(plain.resolve("a.py"), "b");
        try (Mirror mirror = mirrors.fetch("acme", "plain", remote)) {
            String second = mirror.head("main").orElseThrow();
            assertThat(mirror.diff(first, second).put()).hasSize(1);
        }
    }

    @Test
    void hooksAndSettingsOfTheRemoteDoNothingHere() throws Exception {
        Path witness = temp.resolve("witness");
        Path hooks = Files.createDirectories(copy.folder().resolve(".git/hooks"));
        for (String hook : List.of("post-upload-pack", "reference-transaction", "post-checkout", "pre-auto-gc")) {
            Path script = hooks.resolve(hook);
            Files.writeString(script, "#!/bin/sh\ntouch " + witness + "\n");
            script.toFile().setExecutable(true);
        }
        copy.write("a", "1");
        copy.git("-c", "core.hooksPath=/dev/null", "add", "-A");
        copy.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "one");
        copy.git("config", "uploadpack.packObjectsHook", "touch " + witness);
        Files.deleteIfExists(witness);
        fetch().close();
        assertThat(witness).doesNotExist();
    }

    @Test
    void aMirrorLargerThanItsBoundEndsTheFetch() {
        Random random = new Random(7);
        byte[] noise = new byte[300_000];
        random.nextBytes(noise);
        copy.write("noise", HexFormat.of().formatHex(noise));
        copy.commit("noise");
        Mirrors small = new Mirrors(
                new MirrorConfig(temp.resolve("home/small"), Duration.ofMinutes(1), Duration.ofMinutes(1), 100_000),
                policy,
                processes);
        assertThatThrownBy(() ->
                        small.fetch("acme", "web", policy.check(copy.folder().toString(), true)))
                .isInstanceOf(GitFailure.class)
                .hasMessageContaining("larger than the 100000 bytes");
    }

    @Test
    void aSilentRemoteEndsAtTheDeadlineAndMayBeTriedAgain() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            RemotePolicy open = new RemotePolicy(Set.of("127.0.0.1"), List.of(), temp.resolve("home"));
            Mirrors impatient = new Mirrors(
                    new MirrorConfig(
                            temp.resolve("home/mirrors"), Duration.ofMinutes(5), Duration.ofSeconds(1), 1 << 20),
                    open,
                    processes);
            Remote remote = open.check("https://127.0.0.1:" + silent.getLocalPort() + "/a.git", false);
            long startedAt = System.nanoTime();
            assertThatThrownBy(() -> impatient.fetch("acme", "web", remote))
                    .isInstanceOfSatisfying(
                            GitFailure.class,
                            failure -> assertThat(failure.retryable()).isTrue());
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofMinutes(2));
        }
    }

    @Test
    void anInterruptEndsAFetch() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            RemotePolicy open = new RemotePolicy(Set.of("127.0.0.1"), List.of(), temp.resolve("home"));
            Mirrors patient = new Mirrors(MirrorConfig.in(temp.resolve("home/mirrors")), open, processes);
            Remote remote = open.check("https://127.0.0.1:" + silent.getLocalPort() + "/a.git", false);
            CompletableFuture<String> end = new CompletableFuture<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    patient.fetch("acme", "web", remote);
                    end.complete("fetched");
                } catch (GitFailure failure) {
                    end.complete("failed");
                } catch (InterruptedException interrupted) {
                    end.complete("interrupted");
                }
            });
            try (Socket connected = silent.accept()) {
                assertThat(connected.isConnected()).isTrue();
                thread.interrupt();
                assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
            }
        }
    }

    @Test
    void aRemoteThatIsGoneIsAFailureAndItsMirrorCanBeDeleted() throws Exception {
        copy.write("a", "1").commit("one");
        Remote remote = policy.check(copy.folder().toString(), true);
        mirrors.fetch("acme", "web", remote).close();
        mirrors.delete("acme", "web", remote);
        mirrors.delete("acme", "web", remote);
        try (var left = Files.list(temp.resolve("home/mirrors"))) {
            assertThat(left).isEmpty();
        }
    }
}
