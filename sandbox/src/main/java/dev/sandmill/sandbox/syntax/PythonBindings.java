package dev.sandmill.sandbox.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the names of one Python file may be bound to, by assignments and by all else that gives names.
final class PythonBindings {
    private final PythonEvaluation evaluation;
    private final PythonScopes scopes;
    private final Members members;
    private final PythonImports imports;

    PythonBindings(PythonEvaluation evaluation, PythonScopes scopes, Members members, PythonImports imports) {
        this.evaluation = evaluation;
        this.scopes = scopes;
        this.members = members;
        this.imports = imports;
    }

    /// Binds what a node other than an assignment defines.
    void declare(SyntaxNode node) {
        switch (node.kind()) {
            case "import_statement", "import_from_statement" ->
                imports.bindings(node).forEach((name, value) -> bind(name, value, scopes.of(node)));
            case "function_definition", "class_definition" -> bind(node.child("name"), Value.UNKNOWN);
            case "for_statement", "for_in_clause" ->
                bind(node.child("left"), evaluation.value(node.child("right")).element());
            case "as_pattern_target" -> {
                SyntaxNode pattern = node.parent();
                Value value = pattern == null ? Value.UNKNOWN : evaluation.value(pattern.firstChild());
                bind(node.firstChild(), pattern != null && pattern.parentIs("with_item") ? value : Value.UNKNOWN);
            }
            case "parameters", "lambda_parameters" -> node.children().forEach(this::parameter);
            case "case_pattern" -> captures(node);
            default -> {}
        }
    }

    private void parameter(SyntaxNode parameter) {
        SyntaxNode name = parameter.child("name");
        Value value = evaluation.value(parameter.child("value")).orUnknown();
        if (name == null && !parameter.is("identifier") && !parameter.children().isEmpty()) {
            name = parameter.children().getFirst();
        }
        if (name != null && (name.is("list_splat_pattern") || name.is("dictionary_splat_pattern"))) {
            name = name.firstChild();
        }
        bind(name == null ? parameter : name, value);
    }

    private void captures(SyntaxNode pattern) {
        for (SyntaxNode child : pattern.children()) {
            if (child.is("dotted_name") && child.children().size() == 1) {
                bind(child.firstChild(), Value.UNKNOWN);
            } else if (child.is("as_pattern")) {
                bind(child.lastChild(), Value.UNKNOWN);
            } else if (child.is("splat_pattern")) {
                child.children().forEach(name -> bind(name, Value.UNKNOWN));
            }
        }
    }

    void bind(@Nullable SyntaxNode target, Value value) {
        if (target == null) {
            return;
        }
        switch (target.kind()) {
            case "identifier" -> bind(PythonText.name(target), value, scopes.of(target));
            case "attribute" -> members.store(PythonEvaluation.name(target.child("attribute")), value);
            case "pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list" ->
                unpack(target.children(), value);
            case "parenthesized_expression", "list_splat_pattern", "list_splat" ->
                target.children().forEach(inner -> bind(inner, value.element()));
            default -> {}
        }
    }

    private void unpack(List<SyntaxNode> targets, Value value) {
        for (int i = 0; i < targets.size(); i++) {
            int index = i;
            Value element = value.flatMap(item -> item instanceof Item.Sequence sequence
                            && sequence.elements().size() == targets.size()
                    ? sequence.elements().get(index)
                    : Value.UNKNOWN);
            bind(targets.get(i), element);
        }
    }

    private void bind(String name, Value value, Scope scope) {
        scope.bind(name, value, members.progress());
        if (scope.kind() == Scope.Kind.CLASS || scope.kind() == Scope.Kind.FILE) {
            members.store(name, value);
        }
    }

    /// Whether an identifier stands for its value, and not for a name that is being defined or a member's name.
    static boolean isRead(SyntaxNode node) {
        SyntaxNode parent = node.parent();
        if (parent == null) {
            return false;
        }
        String field = node.field() == null ? "" : node.field();
        return switch (parent.kind()) {
            case "attribute" -> field.equals("object");
            case "function_definition",
                    "class_definition",
                    "keyword_argument",
                    "default_parameter",
                    "typed_default_parameter",
                    "named_expression" -> !field.equals("name");
            case "assignment", "for_statement", "for_in_clause" -> !field.equals("left");
            case "dotted_name" -> isPatternName(parent);
            case "aliased_import",
                    "import_from_statement",
                    "global_statement",
                    "nonlocal_statement",
                    "parameters",
                    "lambda_parameters",
                    "as_pattern_target",
                    "pattern_list",
                    "tuple_pattern",
                    "list_pattern",
                    "list_splat_pattern",
                    "dictionary_splat_pattern",
                    "typed_parameter" -> false;
            default -> true;
        };
    }

    /// `case os.sep:` reads a name, `case sep:` binds one; imports do neither here.
    private static boolean isPatternName(SyntaxNode dotted) {
        return dotted.parentIs("class_pattern")
                || dotted.parentIs("case_pattern") && dotted.children().size() > 1;
    }
}
