package dev.sandmill.sandbox;

import dev.sandmill.api.Limits;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A program that the warm interpreter runs is told by nothing from one that `python3 main.py` runs: output, errors,
/// code or signal, and what it left in files.
class PlainPythonIT {
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

    @Test
    void whatItRunsPrintsAndEndsAsWithPlainPython() throws Exception {
        new PlainPrograms("python", "python-programs.txt", "plain.py", PLAIN, ADDRESSES, Limits.DEFAULT).requireSame();
    }
}
