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
import org.junit.jupiter.api.Test;

/// A program that a warm Node.js becomes is told by nothing from one that `node main.js` runs: output, errors, code or
/// signal, and what it left in files.
class PlainNodeIT {
    private static final Limits ALL = new Limits(120_000, 120_000, 256L << 20, 64, 8 << 20, 64L << 20);
    private static final String STDIN = "line\nmore";
    /// Addresses and numbers of processes; and a line for each of V8's frames after `process.abort()`.
    private static final Pattern CHANGING = Pattern.compile("0x[0-9a-f]{6,}|\\(node:\\d+\\)|(?m)^ ?\\d+: .*\\n");

    /// Runs `node main.js a1` for every program that it is given, and prints what each did as one line.
    private static final String PLAIN = """
            const fs = require('fs')
            const { spawnSync } = require('child_process')
            for (const program of fs.readFileSync('programs', 'utf8').split('\\n----\\n')) {
                for (const name of fs.readdirSync('.'))
                    if (name !== 'plain.js' && name !== 'programs') fs.rmSync(name, { recursive: true })
                fs.writeFileSync('main.js', program)
                const done = spawnSync('/usr/bin/node', ['main.js', 'a1'], { input: 'line\\nmore', maxBuffer: 1 << 24, timeout: 20000 })
                const left = fs.existsSync('o.txt') ? fs.readFileSync('o.txt') : Buffer.from('none')
                const parts = [done.stdout, done.stderr, left].map(part => part.toString('base64') + '.')
                console.log([done.signal ?? done.status, ...parts].join(' '))
            }
            """;

    private record Seen(String end, String stdout, String stderr, String left) {
        Seen(String end, byte[] stdout, byte[] stderr, byte[] left) {
            this(end, text(stdout), text(stderr), text(left));
        }

        private static String text(byte[] bytes) {
            return CHANGING.matcher(new String(bytes, UTF_8)).replaceAll("…");
        }
    }

    @Test
    void whatItRunsPrintsAndEndsAsWithPlainNode() throws Exception {
        List<String> programs = programs();
        assertThat(programs).hasSizeGreaterThan(100);
        try (Sandbox sandbox = Sandbox.open(RealSandbox.config(2, 1), new RealSandbox.MemoryResults())) {
            List<Seen> plain = plain(sandbox, programs);
            SoftAssertions.assertSoftly(softly -> {
                for (int i = 0; i < programs.size(); i++) {
                    softly.assertThat(warm(sandbox, programs.get(i)))
                            .as(programs.get(i))
                            .isEqualTo(plain.get(i));
                }
            });
        }
    }

    private static Seen warm(Sandbox sandbox, String program) {
        Executed executed = RealSandbox.answered(
                sandbox,
                Programs.of("javascript", program)
                        .withArgs("a1")
                        .withLimits(ALL)
                        .withStdin(STDIN)
                        .request("o.txt"),
                "ada");
        String end = executed.signal() == null ? String.valueOf(executed.exitCode()) : executed.signal();
        byte[] left = executed.artifacts().isEmpty()
                ? "none".getBytes(UTF_8)
                : executed.artifacts().getFirst().content().toByteArray();
        return new Seen(end, executed.stdout().toByteArray(), executed.stderr().toByteArray(), left);
    }

    private static List<Seen> plain(Sandbox sandbox, List<String> programs) {
        List<SourceFile> files = List.of(
                new SourceFile("plain.js", Content.utf8(PLAIN)),
                new SourceFile("programs", Content.utf8(String.join("\n----\n", programs))));
        Executed executed = RealSandbox.answered(
                sandbox,
                Programs.of("javascript", "").withFiles(files).withLimits(ALL).request(),
                "ada");
        assertThat(executed.stderr().text()).isEmpty();
        return executed.stdout().text().lines().map(PlainNodeIT::seen).toList();
    }

    private static Seen seen(String line) {
        String[] parts = line.replace(".", "").split(" ", -1);
        Base64.Decoder base64 = Base64.getDecoder();
        return new Seen(parts[0], base64.decode(parts[1]), base64.decode(parts[2]), base64.decode(parts[3]));
    }

    private static List<String> programs() throws Exception {
        try (InputStream file = PlainNodeIT.class.getResourceAsStream("node-programs.txt")) {
            String text = new String(file.readAllBytes(), UTF_8);
            return List.of(
                    text.substring(text.indexOf('\n') + 1, text.length() - 1).split("\n----\n"));
        }
    }
}
