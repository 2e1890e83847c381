package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The C programs' own tests and the init's fuzzer, run where they are compiled: in the builder's image, so that the
/// machine needs no compiler. `-Dsandmill.fuzz.inputs=5000000` makes the fuzzer's random part long.
class CSourcesIT {
    private static final String BUILDER = "sandmill/init-builder:"
            + Optional.ofNullable(System.getenv("SANDMILL_IMAGE_TAG")).orElse("current");

    private static final Duration PATIENCE = Duration.ofMinutes(8);
    /// What the fuzzer may take for one more of its inputs, on a busy machine too.
    private static final Duration INPUT_PATIENCE = Duration.ofNanos(500_000);

    @TempDir
    Path folder;

    @Test
    void itsReadersSurviveWhateverTheHostSays() throws IOException, InterruptedException {
        long inputs = Long.getLong("sandmill.fuzz.inputs", 20_000);
        String said = run(
                "init",
                "make test && build/fuzz vectors/frames.txt " + inputs,
                PATIENCE.plus(INPUT_PATIENCE.multipliedBy(inputs)));
        assertThat(said).contains("0 failures", "20000 inputs with seed 1\n", "\n" + inputs + " inputs with seed ");
    }

    /// Blocks of the arena under the sanitizers; each thing that a confined process may not do, tried.
    @Test
    void theParserKeepsItsBlocksApartAndItselfConfined() throws IOException, InterruptedException {
        assertThat(run("parser", "make test", PATIENCE))
                .contains("arena: 0 failures", "frame: 0 failures", "confine: 0 failures");
    }

    private String run(String program, String commands, Duration patience) throws IOException, InterruptedException {
        // The sources go in as a stream: no folder of the host is mounted anywhere.
        String script = "set -eu; cd /tmp && tar x && cd " + program + " && rm -rf build; " + commands;
        Path output = folder.resolve("output");
        Process packed = new ProcessBuilder(
                        "tar",
                        "c",
                        "-C",
                        Shell.root().resolve("docker").toString(),
                        "--exclude=" + program + "/build",
                        program)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String container = "sandmill-c-sources-" + UUID.randomUUID();
        Process tests = new ProcessBuilder(
                        "docker",
                        "run",
                        "--rm",
                        "-i",
                        "--name",
                        container,
                        "--network",
                        "none",
                        "--entrypoint",
                        "sh",
                        BUILDER,
                        "-c",
                        script)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (var sources = packed.getInputStream();
                var into = tests.getOutputStream()) {
            sources.transferTo(into);
        }
        assertThat(packed.waitFor(60, TimeUnit.SECONDS)).isTrue();
        boolean ended = tests.waitFor(patience);
        if (!ended) {
            new ProcessBuilder("docker", "rm", "-f", container).start().waitFor();
        }
        assertThat(ended)
                .as(() -> "not within " + patience + ": " + said(output))
                .isTrue();
        String said = said(output);
        System.out.println(said);
        assertThat(tests.exitValue()).as(said).isZero();
        return said;
    }

    private static String said(Path output) {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
