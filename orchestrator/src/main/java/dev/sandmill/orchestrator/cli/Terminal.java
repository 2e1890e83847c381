package dev.sandmill.orchestrator.cli;

import java.io.PrintStream;

/// Where a command prints: results to one stream, progress and errors to the other.
final class Terminal {
    private final PrintStream out;
    private final PrintStream errors;
    private final boolean interactive;
    private boolean lineOpen;

    Terminal(PrintStream out, PrintStream errors, boolean interactive) {
        this.out = out;
        this.errors = errors;
        this.interactive = interactive;
    }

    void print(String line) {
        endProgress();
        out.println(line);
    }

    /// Program output, as it is.
    void write(byte[] stdout, byte[] stderr) {
        out.write(stdout, 0, stdout.length);
        out.flush();
        errors.write(stderr, 0, stderr.length);
        errors.flush();
    }

    void error(String line) {
        endProgress();
        errors.println("sandmill: " + line);
    }

    /// One line that the next one replaces; nothing where nobody watches.
    void progress(String line) {
        if (interactive) {
            errors.print("\r\u001b[K" + line);
            errors.flush();
            lineOpen = true;
        }
    }

    void endProgress() {
        if (lineOpen) {
            errors.print("\r\u001b[K");
            errors.flush();
            lineOpen = false;
        }
    }

    /// Text of unknown origin with control characters made visible, so that it can not steer the terminal.
    static String harmless(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean steers =
                    (Character.isISOControl(point) && point != '\t') || Character.getType(point) == Character.FORMAT;
            if (steers) {
                shown.append(String.format("\\u%04x", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }
}
