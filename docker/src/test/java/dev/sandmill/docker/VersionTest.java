package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {
    @TempDir
    Path state;

    @ParameterizedTest
    @CsvSource({"25,25", "25.0.1,25", "25-ea,25", "26.1,26", "1.8.0_412,8", "17.0.15,17"})
    void aJavaVersionIsKnownByItsFirstNumberButForTheOldOnes(String version, String major) {
        assertThat(new Shell(state).run("major_of_version \"$1\"", version).out())
                .isEqualTo(major);
    }

    @ParameterizedTest
    @CsvSource({
        "3.8.7,3.8.7,yes",
        "3.9.11,3.8.7,yes",
        "3.10.0,3.9.9,yes",
        "4.0.0,3.8.7,yes",
        "3.8.6,3.8.7,no",
        "3.6.3,3.8.7,no",
        "'',3.8.7,no"
    })
    void versionsAreComparedByNumber(String version, String minimum, String expected) {
        Shell.Result result = new Shell(state)
                .run("if version_at_least \"$1\" \"$2\"; then echo yes; else echo no; fi", version, minimum);

        assertThat(result.out()).isEqualTo(expected);
    }

    @Test
    void theJdkOfJavaHomeIsTakenOnlyWhenItIsNewEnoughAndHasACompiler() throws IOException {
        Path fresh = jdk("fresh", "26.0.1", true);
        Path old = jdk("old", "17.0.15", true);
        Path noCompiler = jdk("runtime", "26", false);

        assertThat(found(fresh)).isEqualTo(fresh.toString());
        assertThat(found(old)).isNotEqualTo(old.toString());
        assertThat(found(noCompiler)).isNotEqualTo(noCompiler.toString());
    }

    @Test
    void ofSeveralJdksTheOldestThatIsNewEnoughIsTaken() throws IOException {
        Path newest = jdk("newest", "30", true);
        Path fitting = jdk("fitting", "25.0.3", true);
        Path old = jdk("old", "21", true);

        Shell.Result result =
                new Shell(state).run("lowest_wanted_jdk \"$@\"", newest.toString(), old.toString(), fitting.toString());

        assertThat(result.out()).isEqualTo(fitting.toString());
    }

    private String found(Path javaHome) {
        return new Shell(state)
                .run(Map.of("JAVA_HOME", javaHome.toString()), "find_jdk || true")
                .out();
    }

    private Path jdk(String name, String version, boolean withCompiler) throws IOException {
        Path home = state.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        if (withCompiler) {
            assertThat(Files.createFile(home.resolve("bin/javac")).toFile().setExecutable(true))
                    .isTrue();
        }
        return home;
    }
}
