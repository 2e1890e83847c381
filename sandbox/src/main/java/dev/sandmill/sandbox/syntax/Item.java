package dev.sandmill.sandbox.syntax;

import java.util.List;

/// One thing that an expression may evaluate to.
public sealed interface Item {
    /// Something that the program did not define: `os.system`, `builtins.eval`, `process.env`. A call's result is
    /// written `os.popen()`. A leading `~` marks a guess: a member of that name on an object nobody knows.
    record Outside(String path) implements Item {}

    /// A text or bytes. Not `exact` means that only its beginning is known.
    record Text(String text, boolean exact) implements Item {}

    record Number(long number) implements Item {}

    /// A list, tuple, or the values of a dictionary or object.
    record Sequence(List<Value> elements) implements Item {
        public Sequence {
            elements = List.copyOf(elements);
        }
    }
}
