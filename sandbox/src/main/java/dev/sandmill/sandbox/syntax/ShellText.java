package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the words of a Bash script spell, as far as that is written in it: quotes and escapes taken away, variables
/// that are only ever set to constants put in.
final class ShellText {
    private static final Pattern DEFAULT = Pattern.compile("(?s)\\$\\{(\\w+):?=.*}");
    private static final Pattern INDEX = Pattern.compile("^\\[[^]]*]=");
    private static final Pattern CHANGING = Pattern.compile("(?s)\\w+\\s+-\\w*[lu].*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([$`\"\\\\\\n])");

    /// Kinds of nodes that set variables.
    private static final Set<String> SETTING =
            Set.of("variable_assignment", "declaration_command", "command", "expansion", "for_statement");

    /// Commands that set variables.
    private static final Set<String> SETTERS = Set.of("read", "mapfile", "readarray", "printf", "set");

    private static final int ALWAYS = -1;

    private final Map<String, Value> variables = new HashMap<>();

    /// What an assignment before set each variable to.
    private final Map<String, Value> latest = new HashMap<>();

    private final ShellOutputs outputs;
    private final List<SyntaxNode> nodes;
    private @Nullable ShellPlaceholders placeholders;

    /// By node, with the count of [#learnings] for which it holds: the same word is asked for many times.
    private final Value[] known;

    private final int[] knownAt;
    private int learnings = 1;

    ShellText(List<SyntaxNode> nodes, ShellNames names) {
        outputs = new ShellOutputs(this, names);
        this.nodes = nodes;
        known = new Value[nodes.size()];
        knownAt = new int[nodes.size()];
        learn(ShellPlaceholders.UNKNOWN, Value.UNKNOWN);
        List<SyntaxNode> setting = new ArrayList<>();
        for (SyntaxNode node : nodes) {
            if (SETTING.contains(node.kind())
                    && (!node.is("command") || SETTERS.contains(nameOf(node)))
                    && (!node.is("expansion") || node.text().indexOf('=') >= 0)) {
                setting.add(node);
            }
        }
        int before = 0;
        for (int pass = 0; pass < 3 && before < learnings; pass++) {
            before = learnings;
            latest.clear();
            setting.forEach(this::learn);
        }
    }

    private void learn(SyntaxNode node) {
        switch (node.kind()) {
            case "variable_assignment" -> {
                SyntaxNode name = node.child("name");
                SyntaxNode value = node.child("value");
                if (name != null) {
                    assign(name.text(), value, name.after(2).equals("+="));
                }
            }
            case "declaration_command" -> {
                if (CHANGING.matcher(node.text()).matches()) {
                    node.children().forEach(this::learnChanged);
                }
            }
            case "command" -> learnFromCommand(node);
            case "expansion" -> {
                Matcher byDefault = DEFAULT.matcher(node.text());
                if (byDefault.matches() && node.lastChild() != null) {
                    learn(byDefault.group(1), value(node.lastChild()));
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

    /// @param isLonger for `x+=end`, which stands behind what was there; an array gets more elements
    private void assign(String name, @Nullable SyntaxNode value, boolean isLonger) {
        if (ShellNames.isArgument(value)) {
            learn(name, argument(value));
            return;
        }
        Value set = value == null ? Value.text("") : value(value);
        if (isLonger && value != null && !value.is("array")) {
            set = Value.concatenation(List.of(latest.getOrDefault(name, Value.text("")), set));
        }
        latest.put(name, set);
        learn(name, set);
    }

    /// What a script or function was given comes from outside, like `$1` itself; what stands for a missing one does
    /// not.
    private Value argument(@Nullable SyntaxNode value) {
        Value given = value == null ? Value.NOTHING : value(value);
        return new Value(given.items(), false);
    }

    /// `declare -l` and `declare -u` change what the variable is set to.
    private void learnChanged(SyntaxNode assignment) {
        SyntaxNode name = assignment.child("name");
        SyntaxNode value = assignment.child("value");
        if (name != null && value != null) {
            learn(name.text(), TextFolding.map(value(value), text -> text.toLowerCase(Locale.ROOT)));
        }
    }

    /// What `read`, `printf -v` and the like put into variables is not followed; `set --` gives the positional ones.
    private void learnFromCommand(SyntaxNode node) {
        List<SyntaxNode> words = arguments(node);
        switch (nameOf(node)) {
            case "read", "mapfile", "readarray" -> {
                for (SyntaxNode word : words) {
                    if (NAME.matcher(word.text()).matches()) {
                        learn(word.text(), Value.UNKNOWN);
                    }
                }
            }
            case "printf" -> {
                if (words.size() > 1 && words.getFirst().text().equals("-v")) {
                    learn(words.get(1).text(), outputs.printf(words.subList(2, words.size())));
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
        Value before = variables.getOrDefault(name, Value.NOTHING);
        Value after = before.or(value);
        if (after != before && !after.equals(before)) {
            variables.put(name, after);
            learnings++;
        }
    }

    Value value(@Nullable SyntaxNode node) {
        if (node == null) {
            return Value.UNKNOWN;
        }
        int id = node.id();
        if (knownAt[id] != learnings && knownAt[id] != ALWAYS) {
            known[id] = spelled(node);
            knownAt[id] = isLiteral(node) ? ALWAYS : learnings;
        }
        return known[id];
    }

    /// Whether it spells the same whatever variables hold.
    private static boolean isLiteral(SyntaxNode node) {
        return node.children().isEmpty()
                && switch (node.kind()) {
                    case "word", "number", "raw_string", "ansi_c_string", "string_content" -> true;
                    default -> false;
                };
    }

    private Value spelled(SyntaxNode node) {
        return switch (node.kind()) {
            case "word", "test_operator", "regex", "special_variable_name" ->
                node.children().isEmpty() ? Value.text(ShellEscapes.unescaped(node.text())) : parts(node);
            case "number" -> Value.text(node.text());
            case "raw_string" -> Value.text(inside(node.text(), 1));
            case "ansi_c_string" ->
                Value.text(ShellEscapes.decoded(inside(node.text().substring(1), 1)));
            case "string_content" ->
                Value.text(
                        node.text().indexOf('\\') < 0
                                ? node.text()
                                : ESCAPED.matcher(node.text()).replaceAll("$1"));
            case "string", "translated_string" -> parts(node);
            case "concatenation", "command_name" -> parts(node);
            case "simple_expansion" -> variable(node.text().substring(1));
            case "array" -> node.children().isEmpty() ? Value.text("") : firstOf(node);
            case "command_substitution" -> outputs.substitution(node);
            case "expansion" -> expansion(node);
            default -> Value.UNKNOWN;
        };
    }

    private Value parts(SyntaxNode node) {
        if (node.children().isEmpty()) {
            return Value.text(node.is("string") ? inside(node.text(), 1) : ShellEscapes.unescaped(node.text()));
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
            case "PWD" -> Value.text(".").orUnknown();
            case "IFS" -> Value.text(" ");
            default -> variables.getOrDefault(name, Value.UNKNOWN);
        };
    }

    private Value expansion(SyntaxNode node) {
        String text = node.text();
        String name = text.substring(2, Math.max(2, text.length() - 1));
        Value changed = ShellExpansion.changed(text, this::variable);
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
            result = result.or(
                    TextFolding.map(value(element), text -> INDEX.matcher(text).replaceFirst("")));
        }
        return result;
    }

    /// The words that the shell makes of a text which comes out of a variable without quotes.
    List<String> split(String text) {
        StringBuilder separators = new StringBuilder(" \t\n");
        variables.getOrDefault("IFS", Value.NOTHING).texts().forEach(ifs -> separators.append(ifs.text()));
        return Collections.list(new StringTokenizer(text, separators.toString())).stream()
                .map(String::valueOf)
                .toList();
    }

    ShellOutputs outputs() {
        return outputs;
    }

    ShellPlaceholders placeholders() {
        ShellPlaceholders made = placeholders;
        if (made == null) {
            made = new ShellPlaceholders(nodes);
            placeholders = made;
        }
        return made;
    }

    private static String nameOf(SyntaxNode command) {
        SyntaxNode name = command.child("name");
        return name == null ? "" : name.text();
    }

    static List<SyntaxNode> arguments(SyntaxNode command) {
        List<SyntaxNode> arguments = new ArrayList<>();
        for (SyntaxNode child : command.children()) {
            if ("argument".equals(child.field())) {
                arguments.add(child);
            }
        }
        return arguments;
    }

    /// The first text that a word surely may be; empty for none.
    static String word(Value value) {
        for (Item item : value.items()) {
            if (item instanceof Item.Text text && text.exact()) {
                return text.text();
            }
        }
        return "";
    }

    private static String inside(String text, int quotes) {
        return text.length() < 2 * quotes ? "" : text.substring(quotes, text.length() - quotes);
    }
}
