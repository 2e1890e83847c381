package dev.sandmill.sandbox.syntax;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What Python's literals and names spell.
final class PythonText {
    private PythonText() {}

    /// Python compares identifiers after NFKC, so that `ｏｓ` is `os`.
    static String name(SyntaxNode identifier) {
        String text = identifier.text();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return Normalizer.normalize(text, Normalizer.Form.NFKC);
            }
        }
        return text;
    }

    /// A dotted name without the spaces that may stand in it.
    static String dotted(SyntaxNode dottedName) {
        if (dottedName.children().isEmpty()) {
            return name(dottedName);
        }
        StringBuilder joined = new StringBuilder();
        for (SyntaxNode part : dottedName.children()) {
            joined.append(joined.isEmpty() ? "" : ".").append(name(part));
        }
        return joined.toString();
    }

    /// A string literal; interpolations take the values that were computed for them.
    static Value literal(SyntaxNode string, NodeValues values) {
        SyntaxNode first = string.firstChild();
        String prefix = first == null ? "" : first.text().toLowerCase(Locale.ROOT);
        boolean raw = prefix.contains("r");
        List<Value> parts = new ArrayList<>();
        for (SyntaxNode part : string.children()) {
            switch (part.kind()) {
                case "string_content" ->
                    parts.add(Value.text(raw ? unbraced(part.text(), prefix) : content(part, prefix)));
                case "interpolation" -> parts.add(interpolation(part, values));
                default -> {}
            }
        }
        return Value.concatenation(parts);
    }

    private static Value interpolation(SyntaxNode part, NodeValues values) {
        boolean formatted =
                part.children().stream().anyMatch(child -> child.is("format_specifier") || child.is("type_conversion"));
        SyntaxNode expression = part.child("expression");
        if (formatted || expression == null) {
            return Value.UNKNOWN;
        }
        return values.of(expression).flatMap(item -> switch (item) {
            case Item.Text text -> Value.text(text.text(), text.exact());
            case Item.Number number -> Value.text(Long.toString(number.number()));
            case Item.Outside _, Item.Sequence _ -> Value.UNKNOWN;
        });
    }

    private static String unbraced(String text, String prefix) {
        return prefix.contains("f") ? text.replace("{{", "{").replace("}}", "}") : text;
    }

    private static String content(SyntaxNode content, String prefix) {
        String text = content.text();
        if (text.indexOf('\\') < 0) {
            return unbraced(text, prefix);
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            i = unescape(text, i + 1, plain);
        }
        return unbraced(plain.toString(), prefix);
    }

    /// Appends what the escape at `at` means and answers the index of its last character.
    private static int unescape(String text, int at, StringBuilder plain) {
        char c = text.charAt(at);
        switch (c) {
            case '\n' -> {}
            case 'n' -> plain.append('\n');
            case 't' -> plain.append('\t');
            case 'r' -> plain.append('\r');
            case 'a' -> plain.append('\u0007');
            case 'b' -> plain.append('\b');
            case 'f' -> plain.append('\f');
            case 'v' -> plain.append('\u000b');
            case 'x' -> {
                return code(text, at, 2, 16, plain);
            }
            case 'u' -> {
                return code(text, at, 4, 16, plain);
            }
            case 'U' -> {
                return code(text, at, 8, 16, plain);
            }
            case 'N' -> {
                int close = text.indexOf('}', at);
                if (close > at + 2) {
                    try {
                        plain.appendCodePoint(Character.codePointOf(text.substring(at + 2, close)));
                    } catch (IllegalArgumentException unknownName) {
                        plain.append('\ufffd');
                    }
                    return close;
                }
                plain.append("\\N");
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int end = at;
                while (end < text.length() && end < at + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                    end++;
                }
                plain.append((char) Integer.parseInt(text.substring(at, end), 8));
                return end - 1;
            }
            case '\\', '\'', '"' -> plain.append(c);
            default -> plain.append('\\').append(c);
        }
        return at;
    }

    private static int code(String text, int at, int digits, int radix, StringBuilder plain) {
        int end = Math.min(text.length(), at + 1 + digits);
        try {
            plain.appendCodePoint(Integer.parseInt(text, at + 1, end, radix));
        } catch (IllegalArgumentException notHexadecimal) {
            plain.append('\ufffd');
        }
        return end - 1;
    }
}
