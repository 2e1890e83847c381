package dev.sandmill.vectorizer.syntax;

import org.jspecify.annotations.Nullable;
import org.treesitter.TSNode;

/// Where a definition's name stands in its node.
enum Naming {
    /// In the field `name`.
    NAME,
    /// In the field `name`, if there is a field `body`: a definition, not a use.
    NAME_WITH_BODY,
    /// In the field `name`, if the field `value` is a function or a class.
    NAME_OF_FUNCTION_VALUE,
    /// At the end of a chain of `declarator` fields, as in C.
    DECLARATOR,
    /// In the field `name`, after the type of the field `receiver`, as in Go.
    RECEIVER,
    /// In the field `type`, as in Rust's `impl`.
    TYPE,
    /// In the field `pattern`, if a parameter follows: a function, not a value, as in OCaml.
    PATTERN_OF_FUNCTION,
    /// In the first child that is an identifier, as in Kotlin.
    FIRST_IDENTIFIER;

    private static final int MAX_CHAIN = 32;
    private static final int MAX_CHILDREN = 32;

    @Nullable
    TSNode nameOf(TSNode node) {
        return switch (this) {
            case NAME, RECEIVER -> field(node, "name");
            case NAME_WITH_BODY -> field(node, "body") == null ? null : field(node, "name");
            case NAME_OF_FUNCTION_VALUE -> hasFunctionValue(node) ? field(node, "name") : null;
            case PATTERN_OF_FUNCTION -> hasParameter(node) ? field(node, "pattern") : null;
            case TYPE -> field(node, "type");
            case DECLARATOR -> endOfDeclarators(node);
            case FIRST_IDENTIFIER -> firstIdentifier(node);
        };
    }

    String qualified(TSNode node, TSNode name, SyntaxTree tree) {
        String own =
                withoutTypeArguments(tree.nameText(name)).replace("::", ".").replace("\"", "");
        if (this != RECEIVER) {
            return own;
        }
        TSNode receiver = field(node, "receiver");
        String type = receiver == null ? "" : receiverType(tree.nameText(receiver), receiver, tree);
        return type.isEmpty() ? own : type + "." + own;
    }

    private static @Nullable TSNode field(TSNode node, String name) {
        TSNode child = node.getChildByFieldName(name);
        return child == null || child.isNull() ? null : child;
    }

    private static boolean hasFunctionValue(TSNode node) {
        TSNode value = field(node, "value");
        return value != null
                && switch (value.getType()) {
                    case "arrow_function", "function_expression", "function", "generator_function", "class" -> true;
                    default -> false;
                };
    }

    private static boolean hasParameter(TSNode node) {
        return node.getNamedChildCount() > 1 && node.getNamedChild(1).getType().equals("parameter");
    }

    private static @Nullable TSNode endOfDeclarators(TSNode node) {
        TSNode end = null;
        TSNode next = field(node, "declarator");
        for (int links = 0; next != null && links < MAX_CHAIN; links++) {
            end = next;
            next = next.getType().equals("parenthesized_declarator") && next.getNamedChildCount() > 0
                    ? next.getNamedChild(0)
                    : field(next, "declarator");
        }
        return end;
    }

    private static @Nullable TSNode firstIdentifier(TSNode node) {
        int children = Math.min(node.getNamedChildCount(), MAX_CHILDREN);
        for (int at = 0; at < children; at++) {
            TSNode child = node.getNamedChild(at);
            if (child.getType().endsWith("identifier")) {
                return child;
            }
        }
        return null;
    }

    /// The last type identifier of `(p *Pool[T])`: `Pool`.
    private static String receiverType(String text, TSNode receiver, SyntaxTree tree) {
        TSNode parameter = receiver.getNamedChildCount() > 0 ? receiver.getNamedChild(0) : null;
        TSNode type = parameter == null ? null : field(parameter, "type");
        String name = type == null ? text : tree.nameText(type);
        String bare = withoutTypeArguments(name);
        return bare.startsWith("*") ? bare.substring(1) : bare;
    }

    /// `Pool<int>::lease` without `<int>`, `Pool[T]` without `[T]`; names of operators as they are.
    private static String withoutTypeArguments(String name) {
        if (name.contains("operator")) {
            return name;
        }
        StringBuilder bare = new StringBuilder(name.length());
        int depth = 0;
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            if (c == '<' || c == '[') {
                depth++;
            } else if (c == '>' || c == ']') {
                depth--;
            } else if (depth <= 0) {
                bare.append(c);
            }
        }
        return bare.toString();
    }
}
