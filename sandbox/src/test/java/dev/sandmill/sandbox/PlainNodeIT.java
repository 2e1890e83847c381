package dev.sandmill.sandbox;

import dev.sandmill.api.Limits;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A program that a warm Node.js becomes is told by nothing from one that `node main.js` runs: output, errors, code or
/// signal, and what it left in files.
class PlainNodeIT {
    private static final Limits ALL = new Limits(120_000, 120_000, 256L << 20, 64, 8 << 20, 64L << 20);
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

    @Test
    void whatItRunsPrintsAndEndsAsWithPlainNode() throws Exception {
        new PlainPrograms("javascript", "node-programs.txt", "plain.js", PLAIN, CHANGING, ALL).requireSame();
    }
}
