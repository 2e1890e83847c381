package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the words of a Bash script spell, as far as that is written in it: quotes and escapes taken away, variables
/// that are only ever set to constants put in.
final class ShellText {
    private static final Pattern CHANGED = Pattern.compile("\\$\\{(\\w+)([^\\w}][^}]*)}");
    private static final Pattern SLICE = Pattern.compile(":(\\d{1,6})(?::(\\d{1,6}))?");
    private static final Pattern REPLACEMENT = Pattern.compile("//?([\\w.-]+)(?:/([\\w.-]*))?");
    private static final Pattern TRIM = Pattern.compile("(%%?|##?)([\\w.-]+)");

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
            case "command" -> learnFromCommand(node);
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

    /// What `read`, `printf -v` and the like put into variables is not followed; `set --` gives the positional ones.
    private void learnFromCommand(SyntaxNode node) {
        SyntaxNode name = node.child("name");
        String command = name == null ? "" : name.text();
        List<SyntaxNode> words = node.children().stream()
                .filter(child -> "argument".equals(child.field()))
                .toList();
        switch (command) {
            case "read", "mapfile", "readarray" ->
                words.stream()
                        .map(SyntaxNode::text)
                        .filter(word -> word.matches("[A-Za-z_]\\w*"))
                        .forEach(variable -> learn(variable, Value.UNKNOWN));
            case "printf" -> {
                if (words.size() > 1 && words.getFirst().text().equals("-v")) {
                    learn(words.get(1).text(), Value.UNKNOWN);
                }
            }
            case "set" -> {
                if (!words.isEmpty() && words.getFirst().text().equals("--")) {
                    for (int i = 1; i < words.size(); i++) {
                        learn(Integer.toString(i), value(words.get(i)));
                    }
                }
            }
            default -> {}
        }
    }

    /// Whether a variable may hold what no one can read from the script, and is not one that comes from outside.
    boolean isComputed(String name) {
        Value value = variables.get(name);
        return value != null && value.open();
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
            case "string_content" ->
                Value.text(
                        node.text().indexOf('\\') < 0
                                ? node.text()
                                : node.text().replaceAll("\\\\([$`\"\\\\\\n])", "$1"));
            case "string", "translated_string" -> parts(node);
            case "concatenation", "command_name" -> parts(node);
            case "simple_expansion" -> variable(node.text().substring(1));
            case "array" -> node.children().isEmpty() ? Value.text("") : firstOf(node);
            case "command_substitution" -> substitution(node);
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
        Value changed = changed(text);
        if (changed != null) {
            return changed;
        }
        if (variables.containsKey(name) || node.children().size() < 2) {
            return variable(name);
        }
        Value result = Value.UNKNOWN;
        for (SyntaxNode child : node.children()) {
            result = result.or(child.is("variable_name") ? variable(child.text()) : value(child));
        }
        return result;
    }

    /// Elements of an array are told apart nowhere else: each may stand for the whole.
    private Value firstOf(SyntaxNode array) {
        Value result = Value.NOTHING;
        for (SyntaxNode element : array.children()) {
            result = result.or(value(element));
        }
        return result;
    }

    /// `$(echo text)` and `$(printf text)` are their text.
    private Value substitution(SyntaxNode node) {
        SyntaxNode command = node.children().size() == 1 ? node.children().getFirst() : null;
        SyntaxNode name = command == null || !command.is("command") ? null : command.child("name");
        if (command == null
                || name == null
                || !(name.text().equals("echo") || name.text().equals("printf"))) {
            return Value.UNKNOWN;
        }
        List<Value> words = command.children().stream()
                .filter(child -> "argument".equals(child.field()))
                .map(this::value)
                .toList();
        return words.size() == 1
                        && !words.getFirst()
                                .texts()
                                .anyMatch(text -> text.text().contains("%"))
                ? words.getFirst()
                : Value.UNKNOWN;
    }

    /// `${x:1:4}`, `${x/a/b}`, `${x,,}`, `${x[1]}`, `${x%.y}` of a variable that is known.
    private @Nullable Value changed(String expansion) {
        Matcher parts = CHANGED.matcher(expansion);
        if (!parts.matches()) {
            return null;
        }
        String change = parts.group(2);
        Value value = variable(parts.group(1));
        if (change.startsWith("[")) {
            return value;
        }
        Matcher slice = SLICE.matcher(change);
        if (slice.matches()) {
            long from = Long.parseLong(slice.group(1));
            return TextFolding.slice(
                    value, from, slice.group(2) == null ? null : from + Long.parseLong(slice.group(2)));
        }
        return switch (change) {
            case ",", ",," -> TextFolding.map(value, text -> text.toLowerCase(Locale.ROOT));
            case "^", "^^" -> TextFolding.map(value, text -> text.toUpperCase(Locale.ROOT));
            default -> replaced(value, change);
        };
    }

    private static @Nullable Value replaced(Value value, String change) {
        Matcher replacement = REPLACEMENT.matcher(change);
        if (replacement.matches()) {
            String by = replacement.group(2) == null ? "" : replacement.group(2);
            return TextFolding.map(value, text -> text.replace(replacement.group(1), by));
        }
        Matcher trim = TRIM.matcher(change);
        if (!trim.matches()) {
            return null;
        }
        String end = trim.group(2);
        boolean atEnd = change.startsWith("%");
        return TextFolding.map(value, text -> {
            if (atEnd) {
                return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
            }
            return text.startsWith(end) ? text.substring(end.length()) : text;
        });
    }

    private static String inside(String text, int quotes) {
        return text.length() < 2 * quotes ? "" : text.substring(quotes, text.length() - quotes);
    }

    private static String unescaped(String word) {
        return word.indexOf('\\') < 0 ? word : word.replaceAll("\\\\\\n", "").replaceAll("\\\\(.)", "$1");
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
