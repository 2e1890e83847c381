package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Code in double quotes with variables that nobody knows here, as in `trap "rm -f $tmp" EXIT`: where all they may hold
/// is a path, a number or the like, the code around them says what it does.
final class ShellPlaceholders {
    /// The variable that stands for such a one in the code to be judged; as a command it is refused.
    static final String UNKNOWN = "__unknown__";

    private static final int MAX_DEPTH = 8;
    private static final Pattern EXPANSION = Pattern.compile("\\$\\{?(\\w+|[$!?#])}?");
    private static final Pattern WITH_DEFAULT = Pattern.compile("\\$\\{(\\w+):?[-=]([\\w./:@%+=,~-]*)}");
    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,~ \\t-]*");

    /// What the shell sets itself, to nothing that could be code.
    private static final Set<String> OWN = Set.of(
            "$",
            "!",
            "?",
            "#",
            "PWD",
            "OLDPWD",
            "TMPDIR",
            "HOME",
            "USER",
            "PPID",
            "BASHPID",
            "RANDOM",
            "SECONDS",
            "LINENO",
            "UID",
            "EUID",
            "HOSTNAME");

    /// Commands that set the variables which their arguments name.
    private static final Set<String> SETTERS =
            Set.of("read", "mapfile", "readarray", "printf", "getopts", "declare", "eval");

    private static final Pattern GETOPT = Pattern.compile("\\$\\(\\s*getopt\\s[^|;&`]*\\)");
    private static final Pattern UNQUOTED = Pattern.compile("\\s-\\w*u|--unq");
    private static final Pattern REFERENCE = Pattern.compile("(?s)\\w+\\s+-\\w*n.*");

    /// Commands that print a path, a name or a number.
    private static final Set<String> PLAIN_PRINTERS = Set.of(
            "mktemp",
            "pwd",
            "dirname",
            "basename",
            "realpath",
            "readlink",
            "date",
            "nproc",
            "id",
            "hostname",
            "whoami",
            "uname",
            "tty");

    private final Map<String, List<SyntaxNode>> assigned = new HashMap<>();
    private final Set<String> setOtherwise = new HashSet<>();

    ShellPlaceholders(List<SyntaxNode> nodes) {
        for (SyntaxNode node : nodes) {
            switch (node.kind()) {
                case "variable_assignment" -> {
                    SyntaxNode name = node.child("name");
                    SyntaxNode value = node.child("value");
                    if (name != null && value != null) {
                        assigned.computeIfAbsent(name.text(), key -> new ArrayList<>())
                                .add(value);
                    }
                }
                case "for_statement" -> {
                    SyntaxNode name = node.child("variable");
                    setOtherwise.add(name == null ? "" : name.text());
                }
                case "command" -> {
                    SyntaxNode name = node.child("name");
                    if (name != null && SETTERS.contains(name.text())) {
                        ShellText.arguments(node).forEach(word -> setOtherwise.add(word.text()));
                    }
                }
                case "declaration_command" -> {
                    if (REFERENCE.matcher(node.text()).matches()) {
                        node.children()
                                .forEach(child -> setOtherwise.add(child.text().split("=", 2)[0]));
                    }
                }
                default -> {}
            }
        }
    }

    /// The code with a placeholder for each variable that is harmless; null where one may be anything.
    @Nullable
    String skeleton(SyntaxNode string) {
        if (!string.is("string")) {
            return null;
        }
        byte[] text = string.text().getBytes(StandardCharsets.UTF_8);
        StringBuilder code = new StringBuilder();
        int end = string.start() + 1;
        for (SyntaxNode part : string.children()) {
            if (part.is("string_content")) {
                continue;
            }
            if (!part.is("simple_expansion") && !part.is("expansion") || !isPlain(part, 0)) {
                return null;
            }
            code.append(literal(text, string, end, part.start()))
                    .append("${")
                    .append(UNKNOWN)
                    .append('}');
            end = part.end();
        }
        return code.append(literal(text, string, end, string.end() - 1)).toString();
    }

    private static String literal(byte[] text, SyntaxNode string, int start, int end) {
        return new String(text, start - string.start(), Math.max(0, end - start), StandardCharsets.UTF_8)
                .replaceAll("\\\\([$`\"\\\\\n])", "$1");
    }

    private boolean isPlain(@Nullable SyntaxNode node, int depth) {
        if (node == null || depth > MAX_DEPTH) {
            return false;
        }
        return switch (node.kind()) {
            case "word", "number", "raw_string", "string_content" ->
                node.children().isEmpty()
                        && PLAIN.matcher(node.text().replace("'", "")).matches();
            case "string", "concatenation" ->
                node.children().isEmpty()
                        ? PLAIN.matcher(node.text().replace("\"", "")).matches()
                        : node.children().stream().allMatch(part -> isPlain(part, depth + 1));
            case "simple_expansion", "expansion" -> isPlainVariable(node.text(), depth + 1);
            case "command_substitution" -> isPlainPrinter(node, depth + 1);
            default -> false;
        };
    }

    private boolean isPlainVariable(String expansion, int depth) {
        Matcher withDefault = WITH_DEFAULT.matcher(expansion);
        Matcher plain = EXPANSION.matcher(expansion);
        String name = withDefault.matches() ? withDefault.group(1) : plain.matches() ? plain.group(1) : "";
        if (name.isEmpty() || setOtherwise.contains(name)) {
            return false;
        }
        List<SyntaxNode> values = assigned.getOrDefault(name, List.of());
        return values.isEmpty() ? OWN.contains(name) : values.stream().allMatch(value -> isPlain(value, depth));
    }

    private boolean isPlainPrinter(SyntaxNode substitution, int depth) {
        SyntaxNode command =
                substitution.children().size() == 1 ? substitution.children().getFirst() : null;
        SyntaxNode name = command == null || !command.is("command") ? null : command.child("name");
        return command != null
                && name != null
                && PLAIN_PRINTERS.contains(name.text())
                && ShellText.arguments(command).stream()
                        .allMatch(word ->
                                isPlain(word, depth) || word.text().matches("\"?\\$(0|\\{0}|\\{BASH_SOURCE\\[0]})\"?"));
    }

    /// `eval set -- "$words"` with what `getopt` printed, which is quoted for just this.
    boolean setsQuotedWords(List<SyntaxNode> arguments) {
        if (arguments.size() != 3
                || !arguments.get(0).text().equals("set")
                || !arguments.get(1).text().equals("--")) {
            return false;
        }
        String word = arguments.get(2).text().replace("\"", "");
        Matcher variable = EXPANSION.matcher(word);
        if (!variable.matches()) {
            return isGetopt(word);
        }
        List<SyntaxNode> values = assigned.getOrDefault(variable.group(1), List.of());
        return !values.isEmpty()
                && !setOtherwise.contains(variable.group(1))
                && values.stream().allMatch(value -> isGetopt(value.text().replace("\"", "")));
    }

    private static boolean isGetopt(String text) {
        return GETOPT.matcher(text).matches() && !UNQUOTED.matcher(text).find();
    }
}
