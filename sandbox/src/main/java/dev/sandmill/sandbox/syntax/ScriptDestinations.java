package dev.sandmill.sandbox.syntax;

import org.jspecify.annotations.Nullable;

/// Where values go in JavaScript.
final class ScriptDestinations {
    private final ScriptEvaluation evaluation;

    ScriptDestinations(ScriptEvaluation evaluation) {
        this.evaluation = evaluation;
    }

    /// Whether the value goes where names are no longer followed.
    boolean isHandedOn(SyntaxNode node) {
        SyntaxNode parent = node.parent();
        if (parent == null) {
            return false;
        }
        String field = node.field() == null ? "" : node.field();
        return switch (parent.kind()) {
            case "member_expression", "subscript_expression" -> !field.equals("object");
            case "call_expression", "new_expression" -> !field.equals("function") && !field.equals("constructor");
            case "variable_declarator" -> !field.equals("value");
            case "assignment_expression" -> {
                SyntaxNode left = parent.child("left");
                yield !field.equals("right")
                        || left == null
                        || left.is("subscript_expression")
                        || left.is("array_pattern");
            }
            case "template_substitution" ->
                parent.parent() != null && parent.parent().parentIs("call_expression");
            case "arguments" -> !isLookedAt(parent.parent());
            case "expression_statement",
                    "binary_expression",
                    "ternary_expression",
                    "parenthesized_expression",
                    "sequence_expression",
                    "unary_expression",
                    "await_expression",
                    "if_statement",
                    "while_statement",
                    "non_null_expression",
                    "as_expression",
                    "satisfies_expression",
                    "type_query",
                    "ERROR",
                    "assignment_pattern",
                    "object_assignment_pattern" -> false;
            default -> true;
        };
    }

    /// Functions that only look at what they are given, or whose result is followed.
    private boolean isLookedAt(@Nullable SyntaxNode call) {
        return call != null
                && evaluation
                        .value(ScriptCalls.function(call))
                        .isOnlyOutside(path -> path.startsWith("console.")
                                || path.equals("String")
                                || path.equals("Boolean")
                                || path.equals("JSON.stringify"));
    }
}
