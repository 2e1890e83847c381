package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What JavaScript's literals and names spell.
final class ScriptText {
    private ScriptText() {}

    /// A name with its unicode escapes undone: `\u0065val` is `eval`.
    static String name(@Nullable SyntaxNode identifier) {
        if (identifier == null) {
            return "";
        }
        String text = identifier.text();
        if (identifier.is("string")) {
            StringBuilder plain = new StringBuilder();
            identifier.children().forEach(part -> plain.append(unescaped(part.text())));
            return plain.toString();
        }
        return unescaped(text);
    }

    /// A string or template literal; substitutions take the values that were computed for them.
    static Value literal(SyntaxNode string, NodeValues values) {
        List<Value> parts = new ArrayList<>();
        for (SyntaxNode part : string.children()) {
            switch (part.kind()) {
                case "string_fragment" -> parts.add(Value.text(part.text()));
                case "escape_sequence" -> parts.add(Value.text(unescaped(part.text())));
                case "template_substitution" -> parts.add(printed(values.ofFirst(part)));
                default -> {}
            }
        }
        return Value.concatenation(parts);
    }

    static Value printed(Value value) {
        return value.flatMap(item -> switch (item) {
            case Item.Text text -> Value.text(text.text(), text.exact());
            case Item.Number(long number) -> Value.text(Long.toString(number));
            case Item.Outside _, Item.Sequence _ -> Value.UNKNOWN;
        });
    }

    static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            switch (escape) {
                case 'n' -> plain.append('\n');
                case 't' -> plain.append('\t');
                case 'r' -> plain.append('\r');
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'v' -> plain.append('\u000b');
                case '\n' -> {}
                case 'x' -> i = codePoint(text, i + 1, Math.min(text.length(), i + 3), plain) - 1;
                case 'u' -> i = unicode(text, i + 1, plain) - 1;
                case '0', '1', '2', '3', '4', '5', '6', '7' -> i = octal(text, i, plain) - 1;
                default -> plain.append(escape);
            }
        }
        return plain.toString();
    }

    private static int unicode(String text, int at, StringBuilder plain) {
        int close = text.indexOf('}', at);
        if (at < text.length() && text.charAt(at) == '{' && close > 0) {
            codePoint(text, at + 1, close, plain);
            return close + 1;
        }
        return codePoint(text, at, Math.min(text.length(), at + 4), plain);
    }

    private static int octal(String text, int at, StringBuilder plain) {
        int end = at;
        while (end < text.length() && end < at + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
            end++;
        }
        plain.append((char) Integer.parseInt(text.substring(at, end), 8));
        return end;
    }

    private static int codePoint(String text, int from, int to, StringBuilder plain) {
        try {
            plain.appendCodePoint(Integer.parseInt(text, from, to, 16));
        } catch (IllegalArgumentException notHexadecimal) {
            plain.append('\ufffd');
        }
        return to;
    }
}
