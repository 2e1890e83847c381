package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
    @TempDir
    Path state;

    @TempDir
    Path checkout;

    @BeforeEach
    void aSmallCheckout() throws IOException {
        write("pom.xml", "<project/>");
        write("mvnw", "#!/bin/sh");
        write("sandbox/pom.xml", "<project/>");
        write("sandbox/src/main/java/A.java", "class A {}");
        write("sandbox/src/test/java/ATest.java", "class ATest {}");
        write("docker/init/src/main.c", "int main;");
        write("docker/images/python/language.yaml", "name: python");
        write("README.md", "# A");
    }

    @Test
    void theSameSourcesHaveTheSameFingerprint() throws IOException {
        String before = fingerprint();
        write("sandbox/src/main/java/A.java", "class A {}");

        assertThat(before).matches("[0-9a-f]{16}");
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void everyKindOfSourceCounts() throws IOException {
        String before = fingerprint();
        for (String path : new String[] {
            "pom.xml",
            "sandbox/pom.xml",
            "sandbox/src/main/java/A.java",
            "docker/init/src/main.c",
            "docker/images/python/language.yaml"
        }) {
            String kept = Files.readString(checkout.resolve(path));
            write(path, kept + " ");
            assertThat(fingerprint()).as(path).isNotEqualTo(before);
            write(path, kept);
        }
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void anAddedARemovedAndARenamedSourceCount() throws IOException {
        String before = fingerprint();
        write("sandbox/src/main/java/B.java", "class B {}");
        String added = fingerprint();
        Files.move(checkout.resolve("sandbox/src/main/java/B.java"), checkout.resolve("sandbox/src/main/java/C.java"));
        String renamed = fingerprint();
        Files.delete(checkout.resolve("sandbox/src/main/java/C.java"));

        assertThat(added).isNotEqualTo(before);
        assertThat(renamed).isNotEqualTo(added).isNotEqualTo(before);
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void documentsTestsAndBuildOutputDoNotCount() throws IOException {
        String before = fingerprint();
        write("README.md", "# B");
        write("sandbox/src/test/java/ATest.java", "class ATest { int changed; }");
        write("sandbox/target/classes/A.class", "bytes");
        write("docker/init/build/sandmill-init", "bytes");

        assertThat(fingerprint()).isEqualTo(before);
    }

    private String fingerprint() {
        Shell.Result result = new Shell(state).run("ROOT_DIR=$1; sources_fingerprint", checkout.toString());
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result.out();
    }

    private void write(String path, String text) throws IOException {
        Path file = checkout.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
