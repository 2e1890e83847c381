package dev.sandmill.sandbox.syntax;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which scope each node of a JavaScript file belongs to, and every name that a scope declares. Blocks are scopes, and
/// a function's parameters have one around its body's: their defaults do not see the body's names.
final class ScriptScopes {
    private final Scope[] scopes;
    private final Map<Integer, Scope> opened = new HashMap<>();

    ScriptScopes(List<SyntaxNode> nodes, @Nullable Scope around) {
        scopes = new Scope[nodes.size()];
        Scope file = new Scope(Scope.Kind.FILE, around);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            SyntaxNode node = nodes.get(i);
            SyntaxNode parent = node.parent();
            scopes[i] = parent == null ? file : inside(parent, node);
        }
        nodes.forEach(this::declare);
    }

    Scope of(SyntaxNode node) {
        return scopes[node.id()];
    }

    private Scope inside(SyntaxNode parent, SyntaxNode node) {
        Scope around = scopes[parent.id()];
        return switch (parent.kind()) {
            case "function_declaration", "generator_function_declaration", "method_definition" ->
                "name".equals(node.field()) ? around : opened(parent, Scope.Kind.FUNCTION);
            case "function_expression", "generator_function", "arrow_function" -> opened(parent, Scope.Kind.FUNCTION);
            case "statement_block" -> opened(parent, isFunctionBody(parent) ? Scope.Kind.FUNCTION : Scope.Kind.BLOCK);
            case "for_statement", "for_in_statement", "catch_clause", "switch_body", "class_static_block", "class" ->
                opened(parent, Scope.Kind.BLOCK);
            default -> around;
        };
    }

    private static boolean isFunctionBody(SyntaxNode block) {
        SyntaxNode owner = block.parent();
        return owner != null
                && "body".equals(block.field())
                && switch (owner.kind()) {
                    case "function_declaration",
                            "generator_function_declaration",
                            "method_definition",
                            "function_expression",
                            "generator_function",
                            "arrow_function" -> true;
                    default -> false;
                };
    }

    private Scope opened(SyntaxNode definition, Scope.Kind kind) {
        return opened.computeIfAbsent(definition.id(), id -> new Scope(kind, scopes[id]));
    }

    private void declare(SyntaxNode node) {
        switch (node.kind()) {
            case "variable_declarator" -> {
                Scope scope = node.parentIs("variable_declaration") ? functionScope(of(node)) : of(node);
                declarePattern(node.child("name"), scope);
            }
            case "for_in_statement" -> {
                SyntaxNode kind = node.child("kind");
                SyntaxNode left = node.child("left");
                if (kind != null && left != null) {
                    declarePattern(left, kind.text().equals("var") ? functionScope(of(node)) : of(left));
                }
            }
            case "function_declaration",
                    "generator_function_declaration",
                    "class_declaration",
                    "abstract_class_declaration",
                    "enum_declaration" -> declarePattern(node.child("name"), of(node));
            case "function_expression", "generator_function", "class" -> {
                SyntaxNode name = node.child("name");
                if (name != null) {
                    declarePattern(name, of(name));
                }
            }
            case "formal_parameters" -> node.children().forEach(parameter -> declarePattern(parameter, of(parameter)));
            case "arrow_function", "catch_clause" -> {
                declarePattern(node.child("parameter"), opened(node, Scope.Kind.FUNCTION));
            }
            case "import_clause" -> node.children().forEach(part -> declarePattern(part, of(part)));
            case "import_specifier" -> {
                SyntaxNode alias = node.child("alias");
                declarePattern(alias == null ? node.child("name") : alias, of(node));
            }
            case "namespace_import", "import_require_clause" -> declarePattern(node.firstChild(), of(node));
            default -> {}
        }
    }

    private static Scope functionScope(Scope scope) {
        Scope function = scope;
        while (function.kind() == Scope.Kind.BLOCK && function.outer() != null) {
            function = function.outer();
        }
        return function;
    }

    private void declarePattern(@Nullable SyntaxNode pattern, Scope scope) {
        if (pattern == null) {
            return;
        }
        switch (pattern.kind()) {
            case "identifier", "shorthand_property_identifier_pattern", "type_identifier" ->
                scope.declare(ScriptText.name(pattern));
            case "object_pattern", "array_pattern", "rest_pattern" ->
                pattern.children().forEach(child -> declarePattern(child, scope));
            case "pair_pattern" -> declarePattern(pattern.child("value"), scope);
            case "assignment_pattern", "object_assignment_pattern" -> declarePattern(pattern.child("left"), scope);
            case "required_parameter", "optional_parameter" -> declarePattern(pattern.child("pattern"), scope);
            default -> {}
        }
    }
}
