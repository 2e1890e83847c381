package dev.sandmill.sandbox.syntax;

import org.jspecify.annotations.Nullable;

/// What the names of one JavaScript or TypeScript file may be bound to, by assignments and by all else that gives
/// names.
final class ScriptBindings {
    private final ScriptEvaluation evaluation;
    private final ScriptScopes scopes;
    private final Members members;

    ScriptBindings(ScriptEvaluation evaluation, ScriptScopes scopes, Members members) {
        this.evaluation = evaluation;
        this.scopes = scopes;
        this.members = members;
    }

    /// Binds what a node other than an assignment defines.
    void declare(SyntaxNode node) {
        switch (node.kind()) {
            case "variable_declarator" -> {
                SyntaxNode initial = node.child("value");
                bind(node.child("name"), initial == null ? Value.UNKNOWN : evaluation.value(initial));
            }
            case "for_in_statement" ->
                bind(node.child("left"), evaluation.value(node.child("right")).element());
            case "assignment_pattern", "object_assignment_pattern", "required_parameter", "optional_parameter" -> {
                SyntaxNode left = node.child("left");
                bind(
                        left == null ? node.child("pattern") : left,
                        evaluation
                                .value(node.child("right"))
                                .or(evaluation.value(node.child("value")))
                                .orUnknown());
            }
            case "field_definition", "public_field_definition", "pair" -> {
                SyntaxNode key = node.child("property");
                key = key == null ? node.child("key") : key;
                key = key == null ? node.child("name") : key;
                if (key != null && !key.is("computed_property_name") && node.child("value") != null) {
                    members.store(ScriptText.name(key), evaluation.value(node.child("value")));
                }
            }
            case "import_statement" -> ScriptImports.bind(node, evaluation, this);
            case "import_require_clause" ->
                bind(node.firstChild(), evaluation.module(evaluation.value(node.child("source"))));
            default -> {}
        }
    }

    void bind(@Nullable SyntaxNode target, Value value) {
        if (target == null) {
            return;
        }
        switch (target.kind()) {
            case "identifier", "shorthand_property_identifier_pattern", "shorthand_property_identifier" ->
                store(target, value);
            case "member_expression" -> members.store(ScriptText.name(target.child("property")), value);
            case "subscript_expression" ->
                evaluation
                        .value(target.child("index"))
                        .texts()
                        .filter(Item.Text::exact)
                        .forEach(text -> members.store(text.text(), value));
            case "object_pattern", "object" -> target.children().forEach(part -> bindPart(part, value));
            case "array_pattern", "array" -> target.children().forEach(part -> bind(part, value.element()));
            case "assignment_pattern", "object_assignment_pattern" -> bind(target.child("left"), value.orUnknown());
            case "rest_pattern", "spread_element" -> target.children().forEach(part -> bind(part, Value.UNKNOWN));
            case "parenthesized_expression" -> target.children().forEach(part -> bind(part, value));
            default -> {}
        }
    }

    private Value entry(Value object, SyntaxNode key) {
        if (!key.is("computed_property_name")) {
            return evaluation.attribute(object, ScriptText.name(key));
        }
        Value names = evaluation.value(key.firstChild());
        return names.isExactText()
                ? names.flatMap(item ->
                        item instanceof Item.Text name ? evaluation.attribute(object, name.text()) : Value.UNKNOWN)
                : Value.UNKNOWN;
    }

    private void bindPart(SyntaxNode part, Value value) {
        switch (part.kind()) {
            case "pair_pattern", "pair" -> {
                SyntaxNode key = part.child("key");
                bind(part.child("value"), key == null ? Value.UNKNOWN : entry(value, key));
            }
            case "shorthand_property_identifier_pattern", "shorthand_property_identifier" ->
                bind(part, evaluation.attribute(value, ScriptText.name(part)));
            case "object_assignment_pattern", "assignment_pattern" -> {
                SyntaxNode left = part.child("left");
                bind(
                        left,
                        left == null
                                ? Value.UNKNOWN
                                : evaluation
                                        .attribute(value, ScriptText.name(left))
                                        .orUnknown());
            }
            default -> bind(part, Value.UNKNOWN);
        }
    }

    private void store(SyntaxNode target, Value value) {
        String name = ScriptText.name(target);
        for (Scope scope = scopes.of(target); scope != null; scope = scope.outer()) {
            if (scope.declares(name)) {
                scope.bind(name, value, members.progress());
                if (scope.kind() == Scope.Kind.FILE) {
                    members.store(name, value);
                }
                return;
            }
        }
        members.store(name, value);
    }

    /// Whether an identifier stands for its value, and not for a name that is being defined.
    static boolean isRead(SyntaxNode node) {
        SyntaxNode parent = node.parent();
        if (parent == null) {
            return false;
        }
        String field = node.field() == null ? "" : node.field();
        return switch (parent.kind()) {
            case "variable_declarator",
                    "function_declaration",
                    "generator_function_declaration",
                    "class_declaration",
                    "function_expression",
                    "generator_function",
                    "class" -> !field.equals("name");
            case "assignment_expression", "assignment_pattern", "object_assignment_pattern", "for_in_statement" ->
                !field.equals("left");
            case "formal_parameters",
                    "array_pattern",
                    "rest_pattern",
                    "import_clause",
                    "import_specifier",
                    "namespace_import",
                    "import_require_clause" -> false;
            case "pair_pattern" -> !field.equals("value");
            case "arrow_function", "catch_clause" -> !field.equals("parameter");
            case "required_parameter", "optional_parameter" -> !field.equals("pattern");
            default -> true;
        };
    }
}
