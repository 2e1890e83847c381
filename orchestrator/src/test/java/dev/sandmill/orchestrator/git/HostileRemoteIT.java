package dev.sandmill.orchestrator.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server may send without harm to anybody else: this process's memory stays as it is, the fetch fails for good
/// with the reason, and the same repository can be fetched once its server is an honest one.
class HostileRemoteIT {
    private static final int MEBIBYTES = 64;
    private static final long GROWTH = 128L << 20;
    private static FetchProcesses processes;

    @TempDir
    private Path temp;

    private Mirrors mirrors;
    private WorkingCopy copy;

    @BeforeAll
    static void open() {
        processes = new FetchProcesses(2, MEBIBYTES, Duration.ofMinutes(1));
    }

    @AfterAll
    static void close() {
        processes.close();
    }

    @BeforeEach
    void begin() {
        RemotePolicy policy = new RemotePolicy(Set.of("127.0.0.1"), List.of(), temp.resolve("home"));
        mirrors = new Mirrors(MirrorConfig.in(temp.resolve("home/mirrors")), policy, processes);
        copy = WorkingCopy.init(temp.resolve("code"));
    }

    private void isRefused(GitServer.Answer hostile, String reason) throws Exception {
        copy.write("a.py", "a = 1\n");
        String commit = copy.commit("one");
        try (GitServer server = GitServer.start(hostile)) {
            System.gc();
            pools().forEach(MemoryPoolMXBean::resetPeakUsage);
            long before = peak();
            GitFailure failure = failure(server.remote());
            assertThat(failure).hasMessageContaining(reason);
            assertThat(failure.retryable()).isFalse();
            assertThat(String.valueOf(failure.getMessage())).hasSizeLessThan(1_000);
            assertThat(peak() - before).isLessThan(GROWTH);
            server.become(GitServer.ordinary(copy.folder()));
            try (Mirror mirror = mirrors.fetch("acme", "web", server.remote())) {
                assertThat(mirror.head("main")).contains(commit);
            }
        }
    }

    private GitFailure failure(Remote remote) throws InterruptedException {
        try (Mirror mirror = mirrors.fetch("acme", "web", remote)) {
            throw new AssertionError("fetched " + mirror.defaultBranch());
        } catch (GitFailure failure) {
            return failure;
        }
    }

    private static List<MemoryPoolMXBean> pools() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    private static long peak() {
        return pools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    }

    @Test
    void aPackOfTwoThousandMillionObjects() throws Exception {
        isRefused(
                GitServer.sendingPack(new HostilePack(Integer.MAX_VALUE).ended()),
                "announces a pack of 2147483647 objects");
    }

    @Test
    void aPackOfMoreObjectsThanAnArrayHas() throws Exception {
        isRefused(GitServer.sendingPack(new HostilePack(-1).ended()), "announces a pack of 4294967295 objects");
    }

    @Test
    void aTreeThatClaimsToBeHuge() throws Exception {
        HostilePack pack = new HostilePack(1);
        pack.object(HostilePack.TREE, 1_900_000_000L, new byte[100]);
        isRefused(GitServer.sendingPack(pack.ended()), "Object too large (1,900,");
    }

    @Test
    void aDeltaOfAFewBytesWhoseResultIsHuge() throws Exception {
        HostilePack pack = new HostilePack(2);
        byte[] base = new byte[1 << 16];
        pack.copies(pack.object(HostilePack.BLOB, base.length, base), base.length, 29_000, 1);
        isRefused(GitServer.sendingPack(pack.ended()), "Object too large (1,900,");
    }

    @Test
    void aTreeOfDeltasWhoseLevelsAreAllNeededAtATime() throws Exception {
        int levels = 6;
        HostilePack pack = new HostilePack(1 + 2 * levels);
        byte[] content = new byte[1 << 16];
        int base = pack.object(HostilePack.BLOB, content.length, content);
        long baseSize = content.length;
        int copies = 400;
        for (int level = 0; level < levels; level++) {
            pack.copies(base, baseSize, copies, 2 * level);
            base = pack.copies(base, baseSize, copies, 2 * level + 1);
            baseSize = HostilePack.sizeOf(copies);
        }
        isRefused(GitServer.sendingPack(pack.ended()), "more memory than the " + MEBIBYTES + " MiB");
    }

    @Test
    void refsWithoutEnd() throws Exception {
        isRefused(exchange -> endlessRefs(exchange, false), "bytes of refs and messages");
    }

    @Test
    void refsWithoutEndThatAreSmallOnTheWay() throws Exception {
        isRefused(exchange -> endlessRefs(exchange, true), "bytes of refs and messages");
    }

    private static void endlessRefs(HttpExchange exchange, boolean compressed) throws IOException {
        GitServer.refs(exchange, compressed, out -> {
            out.write(GitServer.line(GitServer.COMMIT + " HEAD\0multi_ack_detailed side-band-64k"));
            // In place: what the server makes is in this process, whose memory is measured.
            byte[] ref = GitServer.line(GitServer.COMMIT + " refs/heads/b00000000\n");
            while (true) {
                out.write(ref);
                countUp(ref);
            }
        });
    }

    /// The number that ends before the line does.
    private static void countUp(byte[] line) {
        int digit = line.length - 2;
        while (line[digit] == '9') {
            line[digit--] = '0';
        }
        line[digit]++;
    }

    @Test
    void messagesWithoutEnd() throws Exception {
        byte[] message = "hello\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        isRefused(GitServer.sending(out -> endless(out, message)), "bytes of refs and messages");
    }

    @Test
    void aMessageWithoutEnd() throws Exception {
        byte[] message = "hello ".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        isRefused(GitServer.sending(out -> endless(out, message)), "bytes of refs and messages");
    }

    private static void endless(OutputStream out, byte[] message) throws IOException {
        while (true) {
            out.write(GitServer.band(2, message, 0, message.length));
        }
    }

    @Test
    void aServerOfPlainFiles() throws Exception {
        isRefused(
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/plain");
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write((GitServer.COMMIT + "\trefs/heads/main\n").getBytes());
                },
                "no git repository");
    }

    @Test
    void aBlobThatIsLargeButHonestIsTaken() throws Exception {
        byte[] large = new byte[30 << 20];
        Files.write(copy.folder().resolve("large.bin"), large);
        String commit = copy.commit("large");
        try (GitServer server = GitServer.start(GitServer.ordinary(copy.folder()));
                Mirror mirror = mirrors.fetch("acme", "web", server.remote())) {
            assertThat(mirror.head("main")).contains(commit);
        }
    }

    @Test
    void aRedirectLeadsNowhere() throws Exception {
        try (GitServer other = GitServer.start(GitServer.ordinary(copy.folder()));
                GitServer server = GitServer.start(exchange -> {
                    exchange.getResponseHeaders()
                            .add(
                                    "Location",
                                    other.remote().url().replace("127.0.0.1", "localhost")
                                            + "/info/refs?service=git-upload-pack");
                    exchange.sendResponseHeaders(302, -1);
                })) {
            failure(server.remote());
            assertThat(server.requests()).isEqualTo(1);
            assertThat(other.requests()).isZero();
        }
    }

    @Test
    void aHostThatIsNotPublicIsNotAsked() throws Exception {
        RemotePolicy open = new RemotePolicy(Set.of("*"), List.of(), temp.resolve("home"));
        mirrors = new Mirrors(MirrorConfig.in(temp.resolve("home/other")), open, processes);
        try (GitServer server = GitServer.start(GitServer.ordinary(copy.folder()))) {
            GitFailure failure = failure(server.remote());
            assertThat(failure).hasMessageContaining("address is not public");
            assertThat(failure.retryable()).isFalse();
            assertThat(server.requests()).isZero();
        }
    }
}
