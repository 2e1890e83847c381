package dev.sandmill.orchestrator.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trees that no working copy could have, in repositories made by the real `git`.
class HostileTreesIT {
    private static FetchProcesses processes;

    @TempDir
    private Path temp;

    private WorkingCopy copy;
    private RemotePolicy policy;
    private Mirrors mirrors;
    private String blob;

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
        copy.write("ordinary.py", "x = 1\n").commit("ordinary");
        blob = copy.git("rev-parse", "HEAD:ordinary.py");
    }

    private TreeDiff diffOf(String tree) throws Exception {
        String commit = copy.git("commit-tree", tree, "-m", "made");
        copy.git("update-ref", "refs/heads/main", commit);
        try (Mirror mirror =
                mirrors.fetch("acme", "web", policy.check(copy.folder().toString(), true))) {
            return mirror.diff(null, commit);
        }
    }

    /// A tree object with exactly these entries, in this order: `mode name id`.
    private String tree(String... entries) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String entry : entries) {
            int id = entry.lastIndexOf(' ');
            bytes.write(entry.substring(0, id).getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
            bytes.write(HexFormat.of().parseHex(entry.substring(id + 1)));
        }
        Path file = temp.resolve("tree");
        Files.write(file, bytes.toByteArray());
        return copy.git("hash-object", "-t", "tree", "-w", "--literally", file.toString());
    }

    private String tenOf(String mode, String id) throws Exception {
        String[] entries = new String[10];
        for (int number = 0; number < entries.length; number++) {
            entries[number] = mode + " " + number + " " + id;
        }
        return tree(entries);
    }

    @Test
    void tenThousandMillionFilesInTenTreesAreRefused() throws Exception {
        String tree = tenOf("100644", blob);
        for (int level = 0; level < 9; level++) {
            tree = tenOf("40000", tree);
        }
        String bomb = tree;
        assertThatThrownBy(() -> diffOf(bomb))
                .isInstanceOfSatisfying(
                        GitFailure.class,
                        failure -> assertThat(failure.retryable()).isFalse())
                .hasMessageContaining("bytes of memory");
    }

    @Test
    void tenThousandMillionEmptyDirectoriesAreRefused() throws Exception {
        String tree = tree();
        for (int level = 0; level < 10; level++) {
            tree = tenOf("40000", tree);
        }
        String bomb = tree;
        assertThatThrownBy(() -> diffOf(bomb))
                .isInstanceOf(GitFailure.class)
                .hasMessageContaining("more than 4000000 files and directories");
    }

    @Test
    void aPathThatNoFileSystemTakesIsLeftOutAndTheRestIsThere() throws Exception {
        String deep = tree("100644 below " + blob);
        for (int level = 0; level < 20; level++) {
            deep = tree("40000 " + "d".repeat(250) + " " + deep);
        }
        TreeDiff diff = diffOf(tree("40000 deep " + deep, "100644 ordinary.py " + blob));
        assertThat(diff.put()).extracting(TreeDiff.Blob::path).containsExactly("ordinary.py");
        assertThat(diff.refused()).hasSize(1).allSatisfy(refused -> {
            assertThat(refused.reason()).isEqualTo("path_too_long");
            assertThat(refused.path()).startsWith("deep/ddd").hasSize(200);
        });
    }

    @Test
    void namesThatLeadElsewhereAreLeftOut() throws Exception {
        String inside = tree("100644 passwd " + blob);
        TreeDiff diff = diffOf(tree(
                "40000 .. " + inside,
                "100644 ../up.py " + blob,
                "40000 .GIT " + inside,
                "100644 a/b.py " + blob,
                "100644 ordinary.py " + blob,
                "100644 ordinary.py " + blob));
        assertThat(diff.put()).extracting(TreeDiff.Blob::path).containsExactly("ordinary.py");
        assertThat(diff.refused())
                .extracting(TreeDiff.Refused::path, TreeDiff.Refused::reason)
                .containsExactlyInAnyOrder(
                        tuple("..", "invalid_name"),
                        tuple("../up.py", "invalid_name"),
                        tuple(".GIT", "invalid_name"),
                        tuple("a/b.py", "invalid_name"),
                        tuple("ordinary.py", "duplicate_path"));
    }

    @Test
    void aTreeThatIsNoneIsAFailure() throws Exception {
        Path file = temp.resolve("tree");
        Files.write(file, "100644 cut off".getBytes(StandardCharsets.UTF_8));
        String broken = copy.git("hash-object", "-t", "tree", "-w", "--literally", file.toString());
        assertThatThrownBy(() -> diffOf(broken))
                .isInstanceOf(GitFailure.class)
                .hasMessageContaining("the mirror can not be read");
    }
}
