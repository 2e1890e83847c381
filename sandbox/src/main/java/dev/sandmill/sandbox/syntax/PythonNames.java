package dev.sandmill.sandbox.syntax;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a name may mean at a place in one Python file: bindings of the scopes around it, star imports, built-ins.
/// Regardless of order, except that a name which the file surely defines before any code runs hides the built-in.
final class PythonNames {
    private static final Set<String> QUIET = Set.of(
            "import_statement",
            "import_from_statement",
            "future_import_statement",
            "class_definition",
            "function_definition");

    /// Built-ins that matter even where the file may or may not define a name of its own.
    private static final Set<String> REACHING = Set.of(
            "eval",
            "exec",
            "compile",
            "__import__",
            "getattr",
            "setattr",
            "delattr",
            "vars",
            "globals",
            "locals",
            "open",
            "breakpoint",
            "__builtins__",
            "__loader__",
            "__spec__",
            "__build_class__",
            "type",
            "object",
            "id");

    private final PythonScopes scopes;
    private final @Nullable PythonNames around;
    private final Members members;
    private final Set<String> starModules = new LinkedHashSet<>();
    private boolean ownStar;

    /// Offset after which a file-level name hides the built-in of that name.
    private final Map<String, Integer> hiddenFrom = new HashMap<>();

    PythonNames(List<SyntaxNode> nodes, PythonScopes scopes, Members members, @Nullable PythonNames around) {
        this.scopes = scopes;
        this.members = members;
        this.around = around;
        if (!nodes.isEmpty()) {
            findHidden(nodes.getLast());
        }
        for (SyntaxNode node : nodes) {
            if (node.is("delete_statement")) {
                node.children().forEach(deleted -> hiddenFrom.remove(deleted.text()));
            }
        }
    }

    private void findHidden(SyntaxNode module) {
        boolean quiet = true;
        for (SyntaxNode statement : module.children()) {
            SyntaxNode definition = statement.is("decorated_definition") ? statement.child("definition") : statement;
            if (definition == null) {
                continue;
            }
            SyntaxNode name = definition.child("name");
            boolean defines = definition.is("function_definition") || definition.is("class_definition");
            if (defines && name != null) {
                hiddenFrom.putIfAbsent(PythonText.name(name), quiet ? 0 : definition.start());
            }
            if (definition.is("import_statement") || definition.is("import_from_statement")) {
                for (SyntaxNode imported : definition.children()) {
                    SyntaxNode alias = imported.child("alias");
                    if ("name".equals(imported.field())) {
                        hiddenFrom.putIfAbsent(PythonText.dotted(alias == null ? imported : alias), definition.end());
                    }
                }
            }
            if (statement.is("expression_statement") && !statement.children().isEmpty()) {
                SyntaxNode assignment = statement.children().getFirst();
                SyntaxNode left = assignment.is("assignment") ? assignment.child("left") : null;
                if (left != null && left.is("identifier") && assignment.child("right") != null) {
                    hiddenFrom.putIfAbsent(PythonText.name(left), statement.end());
                }
            }
            quiet &= QUIET.contains(statement.kind()) || isDocstring(statement);
        }
    }

    private static boolean isDocstring(SyntaxNode statement) {
        return statement.is("expression_statement")
                && statement.children().stream().allMatch(child -> child.is("string"));
    }

    void importStar(String module) {
        if (starModules.add(module)) {
            members.progress().learnedOfAll();
        }
    }

    void importOwnStar() {
        if (!ownStar) {
            ownStar = true;
            members.progress().learnedOfAll();
        }
    }

    Value lookup(SyntaxNode use) {
        return lookup(PythonText.name(use), scopes.of(use), use.start());
    }

    Value lookup(String name, Scope from, int offset) {
        members.progress().looked();
        Value found = Value.NOTHING;
        for (Scope scope = from; scope != null; scope = scope.outer()) {
            boolean skipped = scope.kind() == Scope.Kind.CLASS && scope != from;
            if (skipped || !scope.declares(name)) {
                continue;
            }
            found = found.or(scope.value(name));
            boolean hides = scope.kind() == Scope.Kind.FUNCTION
                    || scope.kind() == Scope.Kind.FILE && hiddenFrom.getOrDefault(name, Integer.MAX_VALUE) <= offset;
            if (hides) {
                return found;
            }
        }
        if (around != null) {
            return found.or(around.lookup(name, around.fileScope(), Integer.MAX_VALUE));
        }
        if (ownStar) {
            found = found.or(members.get(name));
        }
        if (!found.equals(Value.NOTHING) && !REACHING.contains(name) && starModules.isEmpty()) {
            return found;
        }
        for (String module : starModules) {
            found = found.or(Value.outside(module + "." + name));
        }
        return found.or(builtin(name));
    }

    private Scope fileScope() {
        return scopes.file();
    }

    private static Value builtin(String name) {
        return switch (name) {
            case "__builtins__" -> Value.outside("builtins");
            case "__name__" -> Value.text("__main__").orUnknown();
            case "__file__", "__doc__", "__annotations__" -> Value.UNKNOWN;
            default -> Value.outside("builtins." + name);
        };
    }
}
