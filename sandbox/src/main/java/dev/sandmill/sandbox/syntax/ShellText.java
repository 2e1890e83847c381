package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the words of a Bash script spell, as far as that is written in it: quotes and escapes taken away, variables
/// that are only ever set to constants put in.
final class ShellText {
    private final Map<String, Value> variables = new HashMap<>();

    ShellText(List<SyntaxNode> nodes) {
        for (int pass = 0; pass < 3; pass++) {
            nodes.forEach(this::learn);
        }
    }

    private void learn(SyntaxNode node) {
        switch (node.kind()) {
            case "variable_assignment" -> {
                SyntaxNode name = node.child("name");
                SyntaxNode value = node.child("value");
                if (name != null) {
                    learn(name.text(), value == null ? Value.text("") : value(value));
                }
            }
            case "for_statement" -> {
                SyntaxNode name = node.child("variable");
                for (SyntaxNode child : node.children()) {
                    if (name != null && "value".equals(child.field())) {
                        learn(name.text(), value(child));
                    }
                }
            }
            default -> {}
        }
    }

    private void learn(String name, Value value) {
        variables.merge(name, value, Value::or);
    }

    Value value(@Nullable SyntaxNode node) {
        if (node == null) {
            return Value.UNKNOWN;
        }
        return switch (node.kind()) {
            case "word", "test_operator", "regex", "special_variable_name" ->
                node.children().isEmpty() ? Value.text(unescaped(node.text())) : parts(node);
            case "number" -> Value.text(node.text());
            case "raw_string" -> Value.text(inside(node.text(), 1));
            case "ansi_c_string" -> Value.text(decoded(inside(node.text().substring(1), 1)));
            case "string_content" -> Value.text(node.text().replaceAll("\\\\([$`\"\\\\\\n])", "$1"));
            case "string", "translated_string" -> parts(node);
            case "concatenation", "command_name" -> parts(node);
            case "simple_expansion" -> variable(node.text().substring(1));
            case "expansion" -> expansion(node);
            default -> Value.UNKNOWN;
        };
    }

    private Value parts(SyntaxNode node) {
        if (node.children().isEmpty()) {
            return Value.text(node.is("string") ? inside(node.text(), 1) : unescaped(node.text()));
        }
        List<Value> parts = new ArrayList<>();
        for (SyntaxNode child : node.children()) {
            parts.add(value(child));
        }
        return Value.concatenation(parts);
    }

    private Value variable(String name) {
        return switch (name) {
            case "HOME" -> Value.text("/home/user").orUnknown();
            case "IFS" -> Value.text(" ");
            default -> variables.getOrDefault(name, Value.UNKNOWN);
        };
    }

    private Value expansion(SyntaxNode node) {
        String text = node.text();
        String name = text.substring(2, Math.max(2, text.length() - 1));
        if (variables.containsKey(name) || node.children().size() < 2) {
            return variable(name);
        }
        Value result = Value.UNKNOWN;
        for (SyntaxNode child : node.children()) {
            result = result.or(child.is("variable_name") ? variable(child.text()) : value(child));
        }
        return result;
    }

    private static String inside(String text, int quotes) {
        return text.length() < 2 * quotes ? "" : text.substring(quotes, text.length() - quotes);
    }

    private static String unescaped(String word) {
        return word.replaceAll("\\\\\\n", "").replaceAll("\\\\(.)", "$1");
    }

    private static String decoded(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char kind = text.charAt(++i);
            int radix = kind == 'x' || kind == 'u' || kind == 'U' ? 16 : 8;
            int start = radix == 16 ? i + 1 : i;
            int end = start;
            int most = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 3;
            while (end < text.length() && end < start + most && Character.digit(text.charAt(end), radix) >= 0) {
                end++;
            }
            if (end == start) {
                plain.append(kind == 'n' ? '\n' : kind == 't' ? '\t' : kind);
                continue;
            }
            int code = (int) Long.parseLong(text, start, end, radix);
            plain.appendCodePoint(Character.isValidCodePoint(code) ? code : '\ufffd');
            i = end - 1;
        }
        return plain.toString();
    }
}
