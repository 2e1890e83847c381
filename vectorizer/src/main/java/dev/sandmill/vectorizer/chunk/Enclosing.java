package dev.sandmill.vectorizer.chunk;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The definitions around and inside of pieces that are asked for in the text's order.
final class Enclosing {
    private final List<Definition> definitions;
    private final Deque<Definition> open = new ArrayDeque<>();
    private int next;

    Enclosing(List<Definition> definitions) {
        this.definitions = definitions;
    }

    /// The innermost that was named before the line and has not ended.
    @Nullable
    Definition around(int line) {
        while (next < definitions.size() && definitions.get(next).nameLine() < line) {
            Definition definition = definitions.get(next++);
            closeBefore(definition.nameLine());
            open.push(definition);
        }
        closeBefore(line);
        return open.peek();
    }

    /// The first that is named, or whose comments begin, in the range whose first line was asked for last; a module
    /// only if nothing else is.
    @Nullable
    Definition firstBefore(int toLine) {
        Definition module = null;
        for (int at = next; at < definitions.size() && definitions.get(at).fromLine() < toLine; at++) {
            Definition definition = definitions.get(at);
            if (definition.kind() != ChunkKind.MODULE) {
                return definition;
            }
            module = module == null ? definition : module;
        }
        return module;
    }

    private void closeBefore(int line) {
        while (!open.isEmpty() && open.element().toLine() <= line) {
            open.pop();
        }
    }
}
