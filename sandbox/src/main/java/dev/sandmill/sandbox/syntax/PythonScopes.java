package dev.sandmill.sandbox.syntax;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which scope each node of a Python file belongs to, by Python's rules: defaults, decorators and base classes belong
/// to the scope around a definition.
final class PythonScopes {
    private final Scope[] scopes;

    /// Scopes that a definition opens, by its id.
    private final Map<Integer, Scope> opened = new HashMap<>();

    PythonScopes(List<SyntaxNode> nodes, @Nullable Scope around) {
        scopes = new Scope[nodes.size()];
        Scope file = new Scope(Scope.Kind.FILE, around);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            SyntaxNode node = nodes.get(i);
            SyntaxNode parent = node.parent();
            scopes[i] = parent == null ? file : inside(parent, node);
        }
        for (SyntaxNode node : nodes) {
            if (node.is("global_statement") || node.is("nonlocal_statement")) {
                for (SyntaxNode name : node.children()) {
                    of(node).redirect(PythonText.name(name));
                }
            }
        }
    }

    /// The scope of the file itself.
    Scope file() {
        return scopes[scopes.length - 1];
    }

    Scope of(SyntaxNode node) {
        return scopes[node.id()];
    }

    private Scope inside(SyntaxNode parent, SyntaxNode node) {
        Scope around = scopes[parent.id()];
        return switch (parent.kind()) {
            case "function_definition" ->
                isField(node, "name", "return_type", "type_parameters") ? around : opened(parent, Scope.Kind.FUNCTION);
            case "lambda" -> opened(parent, Scope.Kind.FUNCTION);
            case "class_definition" -> isField(node, "body") ? opened(parent, Scope.Kind.CLASS) : around;
            case "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression" ->
                opened(parent, Scope.Kind.COMPREHENSION);
            case "default_parameter", "typed_default_parameter" ->
                isField(node, "value", "type") && around.outer() != null ? around.outer() : around;
            case "typed_parameter" -> isField(node, "type") && around.outer() != null ? around.outer() : around;
            default -> around;
        };
    }

    private Scope opened(SyntaxNode definition, Scope.Kind kind) {
        return opened.computeIfAbsent(definition.id(), id -> new Scope(kind, scopes[id]));
    }

    private static boolean isField(SyntaxNode node, String... names) {
        String field = node.field();
        for (String name : names) {
            if (name.equals(field)) {
                return true;
            }
        }
        return false;
    }
}
