package dev.sandmill.orchestrator.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is fetched from a folder of this machine, and what is said where it can not be.
class NeighbourIT {
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

    private void fetch(Path folder) throws Exception {
        mirrors.fetch("acme", "web", policy.check(folder.toString(), true)).close();
    }

    private List<Path> below(Path folder, String ending) throws Exception {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void filesThatAreMuchAlikeAreNotComparedOnTheirWay() throws Exception {
        for (int file = 0; file < 20; file++) {
            copy.write("file" + file, "the same line\n".repeat(2_000) + "line of file " + file + "\n");
        }
        copy.commit("alike");
        copy.git("config", "pack.window", "50");
        fetch(copy.folder());
        List<Path> packs = below(temp.resolve("home/mirrors"), ".pack");
        assertThat(packs).hasSize(1);
        assertThat(copy.git("verify-pack", "-v", packs.getFirst().toString()))
                .contains(" blob ")
                .doesNotContain("chain length");
    }

    @Test
    void whatIsPackedAlreadyIsSentAsItIs() throws Exception {
        for (int file = 0; file < 20; file++) {
            copy.write("file" + file, "the same line\n".repeat(2_000) + "line of file " + file + "\n");
        }
        copy.commit("alike");
        copy.git("repack", "-adq");
        fetch(copy.folder());
        assertThat(copy.git(
                        "verify-pack",
                        "-v",
                        below(temp.resolve("home/mirrors"), ".pack").getFirst().toString()))
                .contains("chain length");
    }

    @Test
    void aFailureNamesTheFolderAndNoAddressThatNobodyGave() throws Exception {
        copy.write("a", "1").commit("one");
        Path bare = temp.resolve("bare.git");
        copy.git("clone", "-q", "--bare", "--no-hardlinks", copy.folder().toString(), bare.toString());
        Files.writeString(bare.resolve("packed-refs"), "nonsense nonsense\n");
        assertThatThrownBy(() -> fetch(bare))
                .isInstanceOf(GitFailure.class)
                .hasMessageStartingWith("git can not read " + bare + ": ")
                .hasMessageNotContaining("test://");
    }
}
