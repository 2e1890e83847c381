package dev.sandmill.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.SourceFile;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;

/// Programs of one language, each run by a warm interpreter and by one that was started for it: nothing that
/// can be seen from outside may tell which it was.
///
/// @param resource holds the programs, with a heading and a line `----` between them
/// @param plain the file that runs every program of the file `programs`, which it is given, and prints what each did
/// @param source its text
/// @param changing what is never the same twice
record PlainPrograms(String language, String resource, String plain, String source, Pattern changing, Limits limits) {
    private static final String STDIN = "line\nmore";
    private static final int MANY = 100;

    private record Seen(String end, String stdout, String stderr, String left) {}

    void requireSame() throws Exception {
        List<String> programs = programs();
        assertThat(programs).hasSizeGreaterThan(MANY);
        try (Sandbox sandbox = Sandbox.open(RealSandbox.config(2, 1), new RealSandbox.MemoryResults())) {
            List<Seen> expected = plain(sandbox, programs);
            SoftAssertions.assertSoftly(softly -> {
                for (int i = 0; i < programs.size(); i++) {
                    softly.assertThat(warm(sandbox, programs.get(i)))
                            .as(programs.get(i))
                            .isEqualTo(expected.get(i));
                }
            });
        }
    }

    private Seen seen(String end, byte[] stdout, byte[] stderr, byte[] left) {
        return new Seen(end, text(stdout), text(stderr), text(left));
    }

    private String text(byte[] bytes) {
        return changing.matcher(new String(bytes, UTF_8)).replaceAll("…");
    }

    private Seen warm(Sandbox sandbox, String program) {
        Executed executed = RealSandbox.answered(
                sandbox,
                Programs.of(language, program)
                        .withArgs("a1")
                        .withLimits(limits)
                        .withStdin(STDIN)
                        .request("o.txt"),
                "ada");
        String end = executed.signal() == null ? String.valueOf(executed.exitCode()) : executed.signal();
        byte[] left = executed.artifacts().isEmpty()
                ? "none".getBytes(UTF_8)
                : executed.artifacts().getFirst().content().toByteArray();
        return seen(end, executed.stdout().toByteArray(), executed.stderr().toByteArray(), left);
    }

    private List<Seen> plain(Sandbox sandbox, List<String> programs) {
        List<SourceFile> files = List.of(
                new SourceFile(plain, Content.utf8(source)),
                new SourceFile("programs", Content.utf8(String.join("\n----\n", programs))));
        Executed executed = RealSandbox.answered(
                sandbox,
                Programs.of(language, "").withFiles(files).withLimits(limits).request(),
                "ada");
        assertThat(executed.stderr().text()).isEmpty();
        return executed.stdout().text().lines().map(this::told).toList();
    }

    private Seen told(String line) {
        String[] parts = line.replace(".", "").split(" ", -1);
        Base64.Decoder base64 = Base64.getDecoder();
        return seen(parts[0], base64.decode(parts[1]), base64.decode(parts[2]), base64.decode(parts[3]));
    }

    private List<String> programs() throws Exception {
        try (InputStream file = PlainPrograms.class.getResourceAsStream(resource)) {
            String text = new String(file.readAllBytes(), UTF_8);
            return List.of(
                    text.substring(text.indexOf('\n') + 1, text.length() - 1).split("\n----\n"));
        }
    }
}
