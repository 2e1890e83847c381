package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LanguageFilesTest {
    @TempDir
    Path state;

    static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(Shell.root().resolve("docker/images"))) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void aFolderIsNamedAsItsLanguageAndSaysHowToAskForTheVersion(Path folder) throws IOException {
        String yaml = Files.readString(folder.resolve("language.yaml"));

        assertThat(yaml).containsPattern("(?m)^name: " + folder.getFileName() + "$");
        assertThat(yaml).containsPattern("(?m)^versionCommand: \\[\"[^\\n]+\"]$");
        boolean compiles = yaml.lines().anyMatch(line -> line.startsWith("compile: ["));
        assertThat(yaml).containsPattern("(?m)^run: \\[.*\\{" + (compiles ? "output" : "entrypoint") + "}.*]$");
    }

    @ParameterizedTest
    @MethodSource("folders")
    void anImageEndsHardenedWithTheInitInIt(Path folder) throws IOException {
        String dockerfile = Files.readString(folder.resolve("Dockerfile"));

        assertThat(dockerfile)
                .contains("FROM ${BASE}", "/sandmill/harden", "COPY --from=init /sandmill/init /sandmill/init")
                .contains("ENTRYPOINT [\"/sandmill/init\"]");
    }

    @ParameterizedTest
    @MethodSource("folders")
    void theContentOfAnImageFollowsItsFiles(Path folder) throws IOException {
        Path copy = state.resolve("docker/images").resolve(folder.getFileName());
        Files.createDirectories(copy);
        for (String file : List.of("Dockerfile", "language.yaml")) {
            Files.copy(folder.resolve(file), copy.resolve(file));
        }
        String before = content(folder);
        Files.writeString(copy.resolve("Dockerfile"), "\nRUN true\n", java.nio.file.StandardOpenOption.APPEND);

        assertThat(before).matches("[0-9a-f]{16}");
        assertThat(content(folder)).isNotEqualTo(before);
    }

    private String content(Path folder) {
        // The hashes of base and init are given, so that no Docker engine is needed.
        Shell.Result result = new Shell(state)
                .run(
                        "image_content() { echo fixed; }; ROOT_DIR=$STATE_DIR; language_content \"$1\"",
                        folder.getFileName().toString());
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result.out();
    }
}
