package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes down the facts of one Bash script: which programs it starts by name, what literal paths it gives them, and
/// where it runs text as code.
final class ShellFacts {
    private static final int MAX_NESTING = 3;
    private static final Pattern NO_COMMAND = Pattern.compile("-.*|[0-9.]+[smhd]?|\\w+=.*|\\{}|%|");
    private static final Pattern PATTERN = Pattern.compile("(?<!\\\\)[?*\\[]|\\{[^}$]*,[^}]*}|^[\\w./-]+,[^{]*}");

    /// A program of a known name in a folder that only the running script knows.
    private static final Pattern IN_FOLDER = Pattern.compile("\"?\\$[^\\s]*/([\\w.-]+)\"?");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");
    /// `e` as a command, after an address or none; as a flag it stands behind the last delimiter.
    private static final Pattern SED_COMMAND = Pattern.compile("[\\d$,]{0,20}\\s{0,20}e(\\s.*)?", Pattern.DOTALL);
    private static final Pattern SED_FLAGS = Pattern.compile("[gpiImM\\d]{0,9}e[gpiImM\\d]{0,9}");
    private static final Set<String> VALUE_OPTIONS = Set.of("-a", "-u", "-C", "-I", "-d", "-s", "-S", "-E");
    private static final Set<String> SHELLS = Set.of("bash", "sh", "dash", "zsh", "ksh", "ash", "rbash");

    /// Commands whose arguments are text and not paths.
    private static final Set<String> TEXT_COMMANDS = Set.of(
            "echo",
            "printf",
            "test",
            "[",
            "basename",
            "dirname",
            "tr",
            "cut",
            "expr",
            "seq",
            "let",
            "read",
            "logger",
            "bc",
            "export",
            "local",
            "declare",
            "typeset",
            "set",
            "unset",
            "paste",
            "date",
            "true",
            "false",
            ":",
            "return",
            "exit",
            "shift",
            "getopts",
            "type",
            "hash",
            "which");
    private static final Set<String> PATTERN_COMMANDS =
            Set.of("sed", "awk", "gawk", "mawk", "grep", "egrep", "fgrep", "perl", "jq", "case");
    private static final Set<String> HARMLESS_DEVICES = Set.of("/dev/urandom", "/dev/random", "/dev/tty");

    private final TreeParser parser;
    private final List<Fact> facts = new ArrayList<>();

    ShellFacts(TreeParser parser) {
        this.parser = parser;
    }

    static List<UnitFacts> facts(List<SourceUnit> units, TreeParser parser) {
        return units.stream()
                .map(unit -> new UnitFacts(unit, new ShellFacts(parser).find(unit.nodes(), 0)))
                .toList();
    }

    private List<Fact> find(List<SyntaxNode> nodes, int depth) {
        new Script(nodes, depth).find();
        return facts;
    }

    /// One text of shell code.
    private final class Script {
        private final List<SyntaxNode> nodes;
        private final int depth;
        private final ShellText text;
        private final Set<String> functions = new HashSet<>();

        /// Names that stand for other variables.
        private final Set<String> references = new HashSet<>();

        /// Whether the script starts what it was given as arguments: `"$@"`, `"$1"`.
        private final boolean runsArguments;

        /// After `cd` nobody knows here where `..` leads.
        private final boolean changesFolder;

        Script(List<SyntaxNode> nodes, int depth) {
            this.nodes = nodes;
            this.depth = depth;
            text = new ShellText(nodes);
            changesFolder = nodes.stream()
                    .anyMatch(node -> node.is("command_name")
                            && (node.text().equals("cd") || node.text().equals("pushd")));
            runsArguments = nodes.stream()
                    .anyMatch(node -> node.is("command_name") && node.text().matches("\"?\\$(\\{)?[@*1-9].*"));
            nodes.stream()
                    .filter(node ->
                            node.is("declaration_command") && node.text().matches("\\w+\\s+-\\w*n\\w*\\s.*"))
                    .flatMap(node -> node.children().stream())
                    .filter(child -> child.is("variable_assignment") && child.child("name") != null)
                    .forEach(child -> references.add("$" + child.text().split("=", 2)[0]));
            for (SyntaxNode node : nodes) {
                SyntaxNode name = node.is("function_definition") ? node.child("name") : null;
                if (name != null) {
                    functions.add(name.text());
                }
            }
            nodes.stream()
                    .filter(node -> node.is("unset_command"))
                    .forEach(unset -> unset.children().forEach(name -> functions.remove(name.text())));
        }

        void find() {
            for (SyntaxNode node : nodes) {
                switch (node.kind()) {
                    case "command" -> command(node);
                    case "word" -> {
                        if (node.text().startsWith("{")
                                && node.parentIs("ERROR")
                                && PATTERN.matcher(node.text()).find()) {
                            facts.add(new Fact.ComputedCode(node.text(), node));
                        }
                    }
                    case "variable_assignment" -> assignment(node);
                    case "file_redirect" -> redirect(text.value(node.child("destination")), node);
                    default -> {}
                }
            }
        }

        /// Variables whose content the shell runs.
        private void assignment(SyntaxNode node) {
            SyntaxNode name = node.child("name");
            Value value = node.child("value") == null ? Value.text("") : text.value(node.child("value"));
            switch (name == null ? "" : name.text()) {
                case "PROMPT_COMMAND" -> code(value, "PROMPT_COMMAND", node);
                case "BASH_ENV" -> {
                    if (!value.equals(Value.text(""))) {
                        facts.add(new Fact.ComputedCode("BASH_ENV", node));
                    }
                }
                default -> {}
            }
        }

        private void command(SyntaxNode node) {
            List<Value> arguments = new ArrayList<>();
            List<SyntaxNode> nodesOfArguments = new ArrayList<>();
            for (SyntaxNode child : node.children()) {
                if ("argument".equals(child.field())) {
                    arguments.add(text.value(child));
                    nodesOfArguments.add(child);
                }
            }
            boolean fromProcess = nodesOfArguments.stream().anyMatch(child -> child.is("process_substitution"));
            Value called = text.value(node.child("name"));
            unread(node.child("name"), called, arguments, node);
            for (Item.Text name : called.texts().filter(Item.Text::exact).toList()) {
                if (!functions.contains(name.text())) {
                    run(name.text(), arguments, fromProcess, node);
                }
            }
        }

        /// A command whose name only the running script knows, or one that it takes from its own arguments.
        private void unread(@Nullable SyntaxNode name, Value called, List<Value> arguments, SyntaxNode node) {
            String spelled = name == null ? "" : name.text();
            if (functions.contains(spelled) && runsArguments) {
                words(arguments, node);
            }
            if (spelled.startsWith("((") || isOwnBeginning(called)) {
                return;
            }
            Matcher inFolder = IN_FOLDER.matcher(spelled);
            if (inFolder.matches()) {
                run(inFolder.group(1), arguments, false, node);
                return;
            }
            boolean isPattern = !spelled.startsWith("[")
                    && !spelled.startsWith("\"")
                    && !spelled.startsWith("'")
                    && PATTERN.matcher(spelled).find();
            boolean isComputed = spelled.startsWith("${!")
                    || !called.isExactText() && (spelled.startsWith("$(") || spelled.startsWith("`"))
                    || VARIABLE.matcher(spelled).results().anyMatch(found -> text.isComputed(found.group(1)));
            if (isPattern || isComputed || references.stream().anyMatch(spelled::contains)) {
                facts.add(new Fact.ComputedCode(spelled, node));
            }
        }

        /// Whether the name begins like functions of the script: `cmd_$name`.
        private boolean isOwnBeginning(Value called) {
            return called.mayBeText()
                    && called.texts()
                            .allMatch(name -> !name.text().isEmpty()
                                    && functions.stream().anyMatch(function -> function.startsWith(name.text())));
        }

        /// Words that the script may start as commands.
        private void words(List<Value> words, SyntaxNode node) {
            for (int i = 0; i < words.size(); i++) {
                String word = word(words.get(i));
                if (word.matches("[\\w./-]+") && !functions.contains(word)) {
                    run(word, words.subList(i + 1, words.size()), false, node);
                }
            }
        }

        private void run(String command, List<Value> arguments, boolean fromProcess, SyntaxNode node) {
            String name = command.substring(command.lastIndexOf('/') + 1);
            facts.add(new Fact.Use(name, node));
            List<String> words = arguments.stream().map(Script::word).toList();
            switch (name) {
                case "git", "pip", "pip3", "npm", "openssl", "yarn", "pnpm" ->
                    words.stream()
                            .filter(word -> !NO_COMMAND.matcher(word).matches())
                            .findFirst()
                            .ifPresent(sub -> facts.add(new Fact.Use(name + "." + sub, node)));
                case "eval" -> code(Value.concatenation(spaced(arguments)), name, node);
                case "trap" -> {
                    if (!arguments.isEmpty()
                            && words.size() > 1
                            && !words.getFirst().equals("-")) {
                        code(arguments.getFirst(), name, node);
                    }
                }
                case "alias" ->
                    arguments.forEach(argument -> argument.texts()
                            .forEach(alias ->
                                    code(Value.text(alias.text().replaceFirst("^[^=]*=", "")), "alias", node)));
                case "enable" -> {
                    if (words.contains("-f")) {
                        facts.add(new Fact.ComputedCode(name, node));
                    }
                }
                case "set" -> {
                    if (runsArguments && words.contains("--")) {
                        words(arguments, node);
                    }
                }
                case "awk", "gawk", "mawk", "nawk" ->
                    arguments.forEach(program -> program.texts()
                            .map(Item.Text::text)
                            .forEach(code -> foreign(name, ForeignCode.ofAwk(code), node)));
                case "sed", "gsed" -> {
                    if (words.stream().anyMatch(Script::sedRuns)) {
                        facts.add(new Fact.ComputedCode(name, node));
                    }
                }
                case "source", "." -> {
                    if (fromProcess || words.stream().anyMatch(word -> word.startsWith("/dev/"))) {
                        facts.add(new Fact.ComputedCode(name, node));
                    }
                }
                case "chmod" -> {
                    if (words.stream().anyMatch(word -> word.matches("[ugoa]*\\+[rwxXt]*s.*|[2467][0-7]{3}"))) {
                        facts.add(new Fact.Use("setuid-bit", node));
                    }
                }
                case "find" -> {
                    for (int i = 0; i + 1 < words.size(); i++) {
                        if (words.get(i).matches("-(exec|execdir|ok|okdir)")) {
                            run(words.get(i + 1), arguments.subList(i + 2, arguments.size()), false, node);
                        }
                    }
                }
                case "command",
                        "builtin",
                        "exec",
                        "env",
                        "nohup",
                        "nice",
                        "timeout",
                        "xargs",
                        "time",
                        "stdbuf",
                        "setsid",
                        "ionice",
                        "sudo",
                        "doas",
                        "busybox",
                        "watch",
                        "parallel",
                        "flock",
                        "script",
                        "taskset" -> {
                    if (name.equals("env")) {
                        environment(words, arguments, node);
                    }
                    if (words.stream().noneMatch(word -> word.equals("-v") || word.equals("-V"))) {
                        wrapped(words, arguments, node);
                    }
                    return;
                }
                case "coproc" -> {
                    int first = words.size() > 1 && words.get(1).equals("{") ? 2 : 0;
                    wrapped(words.subList(first, words.size()), arguments.subList(first, words.size()), node);
                    return;
                }
                default -> {
                    if (ForeignCode.isInterpreter(name)) {
                        foreign(name, ForeignCode.of(name, words, arguments), node);
                    }
                    if (SHELLS.contains(name)) {
                        shell(name, words, arguments, fromProcess, node);
                        return;
                    }
                }
            }
            paths(name, words, arguments, node);
        }

        private static String word(Value value) {
            return value.texts()
                    .filter(Item.Text::exact)
                    .map(Item.Text::text)
                    .findFirst()
                    .orElse("");
        }

        private static List<Value> spaced(List<Value> arguments) {
            List<Value> spaced = new ArrayList<>();
            arguments.forEach(argument -> spaced.addAll(List.of(argument, Value.text(" "))));
            return spaced;
        }

        /// Another language's code on the command line.
        private void foreign(String name, ForeignCode code, SyntaxNode node) {
            if (code.unreadable()) {
                facts.add(new Fact.ComputedCode(name, node));
            }
            code.commands().forEach(command -> nested(command, node));
        }

        /// What `env` sets, and the command that it takes apart itself.
        private void environment(List<String> words, List<Value> arguments, SyntaxNode node) {
            for (int i = 0; i < words.size(); i++) {
                if (words.get(i).startsWith("BASH_ENV=")) {
                    facts.add(new Fact.ComputedCode("BASH_ENV", node));
                }
                if (words.get(i).matches("-\\w*S|--split-string") && i + 1 < words.size()) {
                    code(arguments.get(i + 1), "env", node);
                } else if (words.get(i).startsWith("--split-string=")) {
                    code(Value.text(words.get(i).substring("--split-string=".length())), "env", node);
                }
            }
        }

        /// Whether a sed script starts commands, looked at piece by piece in linear time.
        private static boolean sedRuns(String script) {
            for (String piece : script.split("[;\\n{}]")) {
                String plain = piece.strip();
                int substitution = plain.indexOf('s');
                boolean runs = SED_COMMAND.matcher(plain).matches();
                if (!runs && substitution >= 0 && substitution + 1 < plain.length()) {
                    char delimiter = plain.charAt(substitution + 1);
                    String flags = plain.substring(plain.lastIndexOf(delimiter) + 1);
                    runs = plain.indexOf(delimiter, substitution + 2) > 0
                            && SED_FLAGS.matcher(flags).matches();
                }
                if (runs) {
                    return true;
                }
            }
            return false;
        }

        private void wrapped(List<String> words, List<Value> arguments, SyntaxNode node) {
            for (int i = 0; i < words.size(); i++) {
                if (VALUE_OPTIONS.contains(words.get(i))) {
                    i++;
                    continue;
                }
                if (!NO_COMMAND.matcher(words.get(i)).matches()) {
                    run(words.get(i), arguments.subList(i + 1, arguments.size()), false, node);
                    return;
                }
            }
        }

        private void shell(
                String name, List<String> words, List<Value> arguments, boolean fromProcess, SyntaxNode node) {
            for (int i = 0; i < words.size(); i++) {
                if (words.get(i).matches("-[a-z]*c")) {
                    code(i + 1 < arguments.size() ? arguments.get(i + 1) : Value.UNKNOWN, name, node);
                    return;
                }
            }
            boolean hasScript =
                    arguments.stream().anyMatch(argument -> !word(argument).startsWith("-"));
            boolean asksOnly = words.stream().anyMatch(word -> word.equals("--version") || word.equals("--help"));
            if (fromProcess || !hasScript && !asksOnly) {
                facts.add(new Fact.ComputedCode(name, node));
            }
        }

        private void code(Value source, String name, SyntaxNode node) {
            boolean read = source.isExactText()
                    && source.texts().allMatch(code -> depth < MAX_NESTING && nested(code.text(), node));
            if (!read) {
                facts.add(new Fact.ComputedCode(name, node));
            }
        }

        private boolean nested(String code, SyntaxNode node) {
            if (!(parser.parse(Dialect.BASH, code.getBytes(StandardCharsets.UTF_8))
                    instanceof TreeParser.Parsed.Tree tree)) {
                return false;
            }
            new ShellFacts(parser).find(tree.nodes(), depth + 1).forEach(fact -> facts.add(fact.movedTo(node)));
            return true;
        }

        private void paths(String name, List<String> words, List<Value> arguments, SyntaxNode node) {
            if (TEXT_COMMANDS.contains(name)) {
                return;
            }
            boolean patternSeen = !PATTERN_COMMANDS.contains(name) || words.contains("-f");
            for (Value argument : arguments) {
                boolean option = word(argument).startsWith("-");
                if (option && patternSeen && PATTERN_COMMANDS.contains(name)) {
                    patternSeen = !word(argument).matches("-[a-zA-Z]*e|--expression|--regexp");
                }
                if (!option && !patternSeen) {
                    patternSeen = true;
                    continue;
                }
                argument.texts().forEach(path -> path(path, node));
            }
        }

        private void path(Item.Text argument, SyntaxNode node) {
            int equals = argument.text().indexOf('=');
            String path = argument.text().substring(equals + 1);
            if (path.matches("~[a-z].*")) {
                path = "/" + path; // another user's home
            }
            boolean isRelative = !path.startsWith("/");
            boolean isText = isRelative && changesFolder
                    || path.indexOf(' ') >= 0
                    || path.indexOf('\n') >= 0
                    || HARMLESS_DEVICES.contains(path);
            if (!isText) {
                facts.add(new Fact.Call(
                        "path", Value.UNKNOWN, List.of(Value.text(path, argument.exact())), Map.of(), node));
            }
        }

        private void redirect(Value destination, SyntaxNode node) {
            destination.texts().forEach(target -> {
                if (target.text().startsWith("/dev/tcp/") || target.text().startsWith("/dev/udp/")) {
                    facts.add(new Fact.Use("dev-tcp", node));
                } else {
                    path(target, node);
                }
            });
        }
    }
}
