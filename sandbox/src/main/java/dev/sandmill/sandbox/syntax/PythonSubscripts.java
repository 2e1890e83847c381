package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What subscripts evaluate to in Python: elements, slices, and entries of namespaces.
final class PythonSubscripts {
    private final PythonEvaluation evaluation;
    private final PythonNames names;
    private final PythonScopes scopes;

    PythonSubscripts(PythonEvaluation evaluation, PythonNames names, PythonScopes scopes) {
        this.evaluation = evaluation;
        this.names = names;
        this.scopes = scopes;
    }

    Value value(SyntaxNode node) {
        Value object = evaluation.value(node.child("value"));
        SyntaxNode index = node.child("subscript");
        if (index != null && index.is("slice")) {
            return slice(object, index);
        }
        Value key = evaluation.value(index);
        Value result = object.open() ? Value.UNKNOWN : Value.NOTHING;
        for (String path : object.outside()) {
            result = result.or(entry(path, key, node));
        }
        if (!object.mayBeOutside() && !object.open()) {
            result = result.or(element(object, key));
        } else if (object.items().stream().anyMatch(item -> item instanceof Item.Sequence)) {
            result = result.or(object.element());
        }
        return result;
    }

    private static Value element(Value object, Value key) {
        if (!key.open()
                && key.items().size() == 1
                && key.items().iterator().next() instanceof Item.Number(long n)
                && object.items().size() == 1) {
            return object.flatMap(item -> switch (item) {
                case Item.Sequence list
                when n < list.elements().size() && n >= -list.elements().size() ->
                    list.elements().get((int) (n < 0 ? n + list.elements().size() : n));
                case Item.Text _ -> TextFolding.slice(object, n, n == -1 ? null : (Long) (n + 1));
                case Item.Sequence _, Item.Outside _, Item.Number _ -> Value.UNKNOWN;
            });
        }
        return object.element();
    }

    /// An entry of a namespace that can be indexed by name; of anything else nothing is known.
    Value entry(String path, Value key, SyntaxNode use) {
        if (!isNamespace(path) || !key.isExactText()) {
            return Value.UNKNOWN;
        }
        return key.flatMap(item -> {
            String name = item instanceof Item.Text text ? text.text() : "";
            if (path.equals("builtins.globals()")) {
                return names.lookup(name, scopes.of(use), use.start());
            }
            if (path.equals("sys.modules")) {
                return evaluation.loaded(name);
            }
            String owner = path.endsWith(".__dict__") ? path.substring(0, path.length() - 9) : path;
            return evaluation.attribute(Value.outside(owner), name);
        });
    }

    static boolean isNamespace(String path) {
        return path.endsWith(".__dict__")
                || path.equals("builtins.globals()")
                || path.equals("sys.modules")
                || path.equals("builtins");
    }

    private Value slice(Value object, SyntaxNode slice) {
        String text = slice.text().replace(" ", "");
        if (text.equals("::-1")) {
            return TextFolding.reversed(object);
        }
        List<@Nullable Long> bounds = new ArrayList<>();
        for (String bound : text.split(":", -1)) {
            if (!bound.matches("-?\\d{0,9}") || bound.equals("-")) {
                return object.flatMap(item -> item instanceof Item.Text ? Value.SOME_TEXT : Value.UNKNOWN);
            }
            bounds.add(bound.isEmpty() ? null : Long.valueOf(bound));
        }
        return bounds.size() == 2
                ? TextFolding.slice(object, bounds.get(0), bounds.get(1))
                : object.flatMap(item -> item instanceof Item.Text ? Value.SOME_TEXT : Value.UNKNOWN);
    }
}
