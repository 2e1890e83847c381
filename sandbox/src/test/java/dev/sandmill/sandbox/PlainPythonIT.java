package dev.sandmill.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.SourceFile;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/// A program that the warm interpreter runs is told by nothing from one that `python3 main.py` runs: output, errors,
/// code or signal, and what it left in files.
class PlainPythonIT {
    private static final String STDIN = "line\nmore";
    private static final Pattern ADDRESSES = Pattern.compile("0x[0-9a-f]{6,}");

    /// Runs `python3 main.py a1` for every program that it is given, and prints what each did as one line.
    private static final String PLAIN = """
            import base64, os, shutil, signal, subprocess, sys
            for program in open('programs', encoding='utf-8').read().split('\\n----\\n'):
                for name in os.listdir('.'):
                    if name not in ('plain.py', 'programs'):
                        shutil.rmtree(name) if os.path.isdir(name) else os.unlink(name)
                with open('main.py', 'w', encoding='utf-8') as main:
                    main.write(program)
                done = subprocess.run([sys.executable, 'main.py', 'a1'], input=b'line\\nmore', capture_output=True)
                left = open('o.txt', 'rb').read() if os.path.exists('o.txt') else b'none'
                end = done.returncode if done.returncode >= 0 else signal.Signals(-done.returncode).name
                print(end, *(base64.b64encode(part).decode() + '.' for part in (done.stdout, done.stderr, left)))
            """;

    private record Seen(String end, String stdout, String stderr, String left) {
        Seen(String end, byte[] stdout, byte[] stderr, byte[] left) {
            this(end, text(stdout), text(stderr), text(left));
        }

        private static String text(byte[] bytes) {
            return ADDRESSES.matcher(new String(bytes, UTF_8)).replaceAll("0x…");
        }
    }

    @Test
    void whatItRunsPrintsAndEndsAsWithPlainPython() throws Exception {
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
        ExecuteCode code =
                Programs.of("python", program).withArgs("a1").withStdin(STDIN).request("o.txt");
        Executed executed = RealSandbox.answered(sandbox, code, "ada");
        String end = executed.signal() == null ? String.valueOf(executed.exitCode()) : executed.signal();
        byte[] left = executed.artifacts().isEmpty()
                ? "none".getBytes(UTF_8)
                : executed.artifacts().getFirst().content().toByteArray();
        return new Seen(end, executed.stdout().toByteArray(), executed.stderr().toByteArray(), left);
    }

    private static List<Seen> plain(Sandbox sandbox, List<String> programs) {
        List<SourceFile> files = List.of(
                new SourceFile("plain.py", Content.utf8(PLAIN)),
                new SourceFile("programs", Content.utf8(String.join("\n----\n", programs))));
        Executed executed = RealSandbox.answered(
                sandbox, Programs.of("python", "").withFiles(files).request(), "ada");
        assertThat(executed.stderr().text()).isEmpty();
        return executed.stdout().text().lines().map(PlainPythonIT::seen).toList();
    }

    private static Seen seen(String line) {
        String[] parts = line.replace(".", "").split(" ", -1);
        Base64.Decoder base64 = Base64.getDecoder();
        return new Seen(parts[0], base64.decode(parts[1]), base64.decode(parts[2]), base64.decode(parts[3]));
    }

    private static List<String> programs() throws Exception {
        try (InputStream file = PlainPythonIT.class.getResourceAsStream("python-programs.txt")) {
            String text = new String(file.readAllBytes(), UTF_8);
            return List.of(
                    text.substring(text.indexOf('\n') + 1, text.length() - 1).split("\n----\n"));
        }
    }
}
