package dev.sandmill.orchestrator.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that fetch, and what is left of one that ended at a bad moment.
class FetchProcessesIT {
    private static final int MEBIBYTES = 64;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Set<String> HOSTS = Set.of("127.0.0.1");

    @TempDir
    private Path temp;

    private final CountDownLatch over = new CountDownLatch(1);
    private FetchProcesses processes;
    private RemotePolicy policy;
    private WorkingCopy copy;
    private String commit;

    @BeforeEach
    void begin() {
        processes = new FetchProcesses(2, MEBIBYTES, LONG);
        policy = new RemotePolicy(HOSTS, List.of(), temp.resolve("home"));
        copy = WorkingCopy.init(temp.resolve("code"));
        copy.write("a.py", "a = 1\n");
        commit = copy.commit("one");
    }

    @AfterEach
    void end() {
        over.countDown();
        processes.close();
    }

    private Mirrors mirrors(Duration deadline) {
        return new Mirrors(new MirrorConfig(temp.resolve("home/mirrors"), LONG, deadline, 1L << 30), policy, processes);
    }

    private void isFetched(Mirrors mirrors, Remote remote) throws Exception {
        try (Mirror mirror = mirrors.fetch("acme", "web", remote)) {
            assertThat(mirror.head("main")).contains(commit);
        }
    }

    /// Half a pack, and then nothing.
    private GitServer.Answer stuck() {
        byte[] pack = new HostilePack(2).ended();
        return GitServer.sending(out -> {
            out.write(GitServer.band(1, pack, 0, pack.length));
            out.flush();
            try {
                over.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static CompletableFuture<Boolean> failing(Mirrors mirrors, Remote remote) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                mirrors.fetch("acme", "web", remote).close();
                throw new AssertionError("fetched half a pack");
            } catch (GitFailure failure) {
                return failure.retryable();
            } catch (InterruptedException interrupted) {
                throw new CompletionException(interrupted);
            }
        });
    }

    private List<Path> unfinished() {
        Path mirrors = temp.resolve("home/mirrors");
        if (!Files.isDirectory(mirrors)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(mirrors)) {
            return files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith("incoming_") || name.endsWith(".lock") || name.startsWith("pack-dead");
                    })
                    .toList();
        } catch (IOException | UncheckedIOException changing) {
            return List.of();
        }
    }

    private Path mirror() throws IOException {
        try (Stream<Path> folders = Files.list(temp.resolve("home/mirrors"))) {
            return folders.findFirst().orElseThrow();
        }
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    @Test
    void whatAProcessLeavesThatIsKilledInTheMiddleDoesNotStopTheNextFetch() throws Exception {
        Mirrors mirrors = mirrors(LONG);
        try (GitServer server = GitServer.start(stuck())) {
            CompletableFuture<Boolean> retryable = failing(mirrors, server.remote());
            await().atMost(LONG).until(() -> !unfinished().isEmpty());
            long killed = processes.pids().iterator().next();
            kill(killed);
            assertThat(retryable.get(1, TimeUnit.MINUTES)).isTrue();
            Path mirror = mirror();
            for (String left : List.of(
                    "HEAD.lock",
                    "packed-refs.lock",
                    "refs/heads/main.lock",
                    "objects/noz1.tmp",
                    "objects/pack/pack-dead.pack")) {
                Files.writeString(mirror.resolve(left), "");
            }
            server.become(GitServer.ordinary(copy.folder()));
            isFetched(mirrors, server.remote());
            assertThat(unfinished()).isEmpty();
            assertThat(processes.pids()).hasSize(1).doesNotContain(killed);
        }
    }

    @Test
    void aPackWithoutItsIndexIsFetchedAgain() throws Exception {
        Mirrors mirrors = mirrors(LONG);
        try (GitServer server = GitServer.start(GitServer.ordinary(copy.folder()))) {
            isFetched(mirrors, server.remote());
            try (Stream<Path> packs = Files.list(mirror().resolve("objects/pack"))) {
                Files.delete(packs.filter(file -> file.toString().endsWith(".idx"))
                        .findFirst()
                        .orElseThrow());
            }
            Files.deleteIfExists(mirror().resolve("refs/heads/main"));
            Files.deleteIfExists(mirror().resolve("packed-refs"));
            isFetched(mirrors, server.remote());
        }
    }

    @Test
    void aProcessIsUsedAgainAndReplacedWhereItWasKilledMeanwhile() throws Exception {
        Mirrors mirrors = mirrors(LONG);
        try (GitServer server = GitServer.start(GitServer.ordinary(copy.folder()))) {
            isFetched(mirrors, server.remote());
            Set<Long> first = processes.pids();
            isFetched(mirrors, server.remote());
            assertThat(processes.pids()).isEqualTo(first).hasSize(1);
            kill(first.iterator().next());
            isFetched(mirrors, server.remote());
            assertThat(processes.pids()).hasSize(1).isNotEqualTo(first);
        }
    }

    @Test
    void aDeadlineEndsTheProcessAndTheMirrorIsFreeAgain() throws Exception {
        try (GitServer server = GitServer.start(stuck())) {
            Mirrors impatient = mirrors(Duration.ofSeconds(2));
            assertThatThrownBy(() -> impatient.fetch("acme", "web", server.remote()))
                    .isInstanceOfSatisfying(
                            GitFailure.class,
                            failure -> assertThat(failure.retryable()).isTrue())
                    .hasMessageContaining("longer than 2 s");
            // Waits for the lock.
            impatient.delete("acme", "web", server.remote());
            assertThat(processes.pids()).isEmpty();
            server.become(GitServer.ordinary(copy.folder()));
            isFetched(mirrors(LONG), server.remote());
        }
    }

    @Test
    void anInterruptEndsTheProcessAndTheMirrorIsFreeAgain() throws Exception {
        Mirrors mirrors = mirrors(LONG);
        try (GitServer server = GitServer.start(stuck())) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    mirrors.fetch("acme", "web", server.remote()).close();
                    interrupted.complete(false);
                } catch (InterruptedException stopped) {
                    interrupted.complete(true);
                } catch (GitFailure failed) {
                    interrupted.completeExceptionally(failed);
                }
            });
            await().atMost(LONG).until(() -> !unfinished().isEmpty());
            Set<Long> working = processes.pids();
            thread.interrupt();
            assertThat(interrupted.get(1, TimeUnit.MINUTES)).isTrue();
            server.become(GitServer.ordinary(copy.folder()));
            isFetched(mirrors, server.remote());
            assertThat(processes.pids()).hasSize(1).doesNotContainAnyElementsOf(working);
        }
    }

    @Test
    void aProcessThatNobodyNeedsEnds() throws Exception {
        processes.close();
        processes = new FetchProcesses(1, MEBIBYTES, Duration.ofMillis(1));
        try (GitServer server = GitServer.start(GitServer.ordinary(copy.folder()))) {
            isFetched(mirrors(LONG), server.remote());
            await().atMost(LONG).until(() -> processes.pids().isEmpty());
        }
    }

    @Test
    void aProcessEndsWithItsInputInTheMiddleOfAFetch() throws Exception {
        Path mirror = temp.resolve("mirror");
        copy.git("init", "-q", "--bare", mirror.toString());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FetchProgram.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (GitServer server = GitServer.start(stuck());
                DataOutputStream to = new DataOutputStream(process.getOutputStream());
                DataInputStream from = new DataInputStream(process.getInputStream())) {
            FetchWire.settings(Map.of(), to);
            FetchWire.ask(new FetchRequest(mirror, server.remote(), HOSTS, LONG, 1 << 20), to);
            FetchWire.accepted(from);
            await().atMost(LONG).until(() -> server.requests() == 2);
            process.getOutputStream().close();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aMirrorThatTheServiceCanNotReadIsGivenUpAndFetchedAnew() throws Exception {
        Mirrors mirrors = mirrors(LONG);
        try (GitServer server = GitServer.start(GitServer.ordinary(copy.folder()))) {
            isFetched(mirrors, server.remote());
            Path packs = mirror().resolve("objects/pack");
            Files.writeString(packs.resolve("pack-large.pack"), "");
            try (RandomAccessFile index =
                    new RandomAccessFile(packs.resolve("pack-large.idx").toFile(), "rw")) {
                index.setLength(16 << 20);
            }
            assertThatThrownBy(() -> mirrors.fetch("acme", "web", server.remote()))
                    .isInstanceOfSatisfying(
                            GitFailure.class,
                            failure -> assertThat(failure.retryable()).isFalse())
                    .hasMessageContaining("more than 419430 objects");
            isFetched(mirrors, server.remote());
        }
    }

    @Test
    void aFailureOfARemoteStaysShort() throws Exception {
        String text = "x".repeat(60_000);
        try (GitServer server = GitServer.start(GitServer.sending(
                out -> out.write(GitServer.band(3, text.getBytes(StandardCharsets.UTF_8), 0, text.length()))))) {
            assertThatThrownBy(() -> mirrors(LONG).fetch("acme", "web", server.remote()))
                    .isInstanceOf(GitFailure.class)
                    .message()
                    .contains("xxx")
                    .hasSizeLessThan(1_000);
        }
    }
}
