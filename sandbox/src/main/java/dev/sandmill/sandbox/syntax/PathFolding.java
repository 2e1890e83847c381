package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;

/// Paths that a program puts together, as far as that takes no running of it.
final class PathFolding {
    private static final int MAX_PARENTS = 4;

    private PathFolding() {}

    /// Parts joined by `/`; an absolute part begins anew.
    static Value join(List<Value> parts) {
        List<Value> pieces = new ArrayList<>();
        for (Value part : parts) {
            Value texts = part.mayBeText()
                    ? part.flatMap(item ->
                            item instanceof Item.Text text ? Value.text(text.text(), text.exact()) : Value.NOTHING)
                    : Value.UNKNOWN;
            if (texts.texts().anyMatch(text -> text.text().startsWith("/"))) {
                pieces.clear();
            }
            if (!pieces.isEmpty()) {
                pieces.add(Value.text("/"));
            }
            pieces.add(texts);
        }
        if (pieces.size() > 2 && pieces.getFirst().equals(Value.UNKNOWN)) {
            Value rest = Value.concatenation(pieces.subList(2, pieces.size()));
            if (rest.texts().anyMatch(text -> WorkspacePaths.leadsIntoSystem(text.text()))) {
                return rest;
            }
        }
        return pieces.isEmpty() ? Value.text(".") : Value.concatenation(pieces);
    }

    /// The folders above a path, as far as anybody goes up.
    static List<Value> above(Value path) {
        List<Value> folders = new ArrayList<>();
        List<Value> steps = new ArrayList<>(List.of(path));
        while (folders.size() < MAX_PARENTS) {
            steps.add(Value.text(".."));
            folders.add(join(steps));
        }
        return folders;
    }
}
