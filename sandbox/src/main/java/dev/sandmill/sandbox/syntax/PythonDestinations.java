package dev.sandmill.sandbox.syntax;

import org.jspecify.annotations.Nullable;

/// Where values go in Python.
final class PythonDestinations {
    private final PythonEvaluation evaluation;

    PythonDestinations(PythonEvaluation evaluation) {
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
            case "attribute", "subscript" -> !field.equals("object") && !field.equals("value");
            case "call" -> !field.equals("function");
            case "assignment" -> field.equals("right") && !isPlainName(parent.child("left"));
            case "argument_list" -> !isLookedAt(parent.parent());
            case "keyword_argument" ->
                parent.parent() == null || !isLookedAt(parent.parent().parent());
            case "named_expression",
                    "expression_statement",
                    "comparison_operator",
                    "boolean_operator",
                    "conditional_expression",
                    "parenthesized_expression",
                    "not_operator",
                    "if_statement",
                    "while_statement",
                    "elif_clause",
                    "assert_statement",
                    "delete_statement",
                    "interpolation",
                    "type",
                    "type_conversion",
                    "module",
                    "ERROR" -> false;
            default -> true;
        };
    }

    /// One that only the program itself asks for; `__getitem__` and the like are called by operators.
    private static boolean isPlainName(@Nullable SyntaxNode left) {
        return left != null
                && left.is("identifier")
                && !(left.text().startsWith("__") && left.text().endsWith("__"));
    }

    /// Functions that only look at what they are given, or whose result is followed.
    private boolean isLookedAt(@Nullable SyntaxNode call) {
        if (call == null || !call.is("call")) {
            return false;
        }
        return evaluation.value(call.child("function")).isOnlyOutside(path -> switch (path) {
            case "builtins.getattr",
                    "builtins.hasattr",
                    "builtins.dir",
                    "builtins.id",
                    "builtins.type",
                    "builtins.isinstance",
                    "builtins.callable",
                    "builtins.print",
                    "builtins.repr",
                    "builtins.str",
                    "builtins.len",
                    "builtins.help",
                    "builtins.vars",
                    "builtins.bool",
                    "builtins.sorted",
                    "importlib.reload",
                    "inspect.getattr_static",
                    "inspect.getdoc",
                    "inspect.ismodule",
                    "sys.getsizeof",
                    "timeit.timeit",
                    "timeit.repeat",
                    "timeit.Timer" -> true;
            default -> false;
        });
    }
}
