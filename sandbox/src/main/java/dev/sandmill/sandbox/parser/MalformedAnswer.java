package dev.sandmill.sandbox.parser;

import java.io.IOException;

/// A parser process did not say what the protocol allows: it is of another version, or in somebody's hands.
final class MalformedAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedAnswer(String what) {
        super("the parser answered what it may not: " + what);
    }
}
