package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What a command of a known name does with its arguments: which others it starts, what it runs as code, which paths
/// it opens.
final class ShellRuns {
    private static final Pattern COMMAND = Pattern.compile("[\\w./-]+");
    private static final Pattern NO_COMMAND = Pattern.compile("-.*|[0-9.]+[smhd]?|\\w+=.*|\\{}|%|");

    /// What a sed script reads or writes: `r file`, `w file`, `s/a/b/w file`.
    private static final Pattern SED_FILE =
            Pattern.compile("(?:^|[\\s;{}/$!\\d])[rRwW]\\s{1,20}((?:/|\\.\\./)[^\\s;}]{1,200})$");

    /// `"keys": "command"`, the command in quotes or not.
    private static final Pattern KEYS = Pattern.compile("(?s)\\s*\"[^\"]*\"\\s*:?\\s*\"?(.*?)\"?\\s*");

    private static final Set<String> FIND_RUNS = Set.of("-exec", "-execdir", "-ok", "-okdir");
    private static final Set<String> VALUE_OPTIONS = Set.of("-a", "-u", "-C", "-I", "-d", "-s", "-S", "-E");

    private final List<Fact> facts;
    private final ShellNames names;
    private final ShellCode code;
    private final ShellPaths paths;

    ShellRuns(List<Fact> facts, ShellNames names, ShellCode code, ShellPaths paths) {
        this.facts = facts;
        this.names = names;
        this.code = code;
        this.paths = paths;
    }

    void run(String command, List<Value> arguments, boolean fromProcess, SyntaxNode node) {
        String name = command.substring(command.lastIndexOf('/') + 1);
        facts.add(new Fact.Use(name, node));
        List<String> words = spelled(arguments);
        switch (name) {
            case "git", "pip", "pip3", "npm", "openssl", "yarn", "pnpm" ->
                firstOf(words).ifPresent(sub -> facts.add(new Fact.Use(name + "." + words.get(sub), node)));
            case "eval" -> code.run(ShellCode.joined(arguments), name, node);
            case "trap" -> {
                if (!arguments.isEmpty()
                        && words.size() > 1
                        && !words.getFirst().equals("-")) {
                    code.run(arguments.getFirst(), name, node);
                }
            }
            case "alias" ->
                arguments.forEach(argument -> argument.texts()
                        .forEach(alias ->
                                code.run(Value.text(alias.text().replaceFirst("^[^=]*=", "")), "alias", node)));
            case "enable" -> {
                if (words.contains("-f")) {
                    code.unreadable(name, node);
                }
            }
            case "set" -> {
                if (names.runsArguments() && words.contains("--")) {
                    words(arguments, node);
                }
            }
            case "awk", "gawk", "mawk", "nawk" ->
                arguments.forEach(program -> program.texts()
                        .map(Item.Text::text)
                        .forEach(awk -> code.foreign(name, ForeignCode.ofAwk(awk), node)));
            case "sed", "gsed" -> {
                if (words.stream().anyMatch(ShellCode::sedRuns)) {
                    code.unreadable(name, node);
                }
                for (String word : words) {
                    SED_FILE.matcher(word).results().forEach(file -> paths.redirect(Value.text(file.group(1)), node));
                }
            }
            case "source", "." -> {
                if (fromProcess || words.stream().anyMatch(word -> word.startsWith("/dev/"))) {
                    code.unreadable(name, node);
                }
            }
            case "chmod" -> {
                if (words.stream().anyMatch(word -> word.matches("[ugoa]*\\+[rwxXt]*s.*|[2467][0-7]{3}"))) {
                    facts.add(new Fact.Use("setuid-bit", node));
                }
            }
            case "mapfile", "readarray", "complete", "compgen" -> {
                for (int i = 0; i + 1 < words.size(); i++) {
                    if (words.get(i).equals("-C")) {
                        code.run(arguments.get(i + 1), name, node);
                    }
                }
            }
            case "bind" -> {
                int keys = words.indexOf("-x") + 1;
                if (keys > 0 && keys < words.size()) {
                    code.run(
                            TextFolding.map(
                                    arguments.get(keys),
                                    text -> KEYS.matcher(text).replaceFirst("$1")),
                            name,
                            node);
                }
            }
            case "hash" -> {
                if (words.size() > 2 && words.getFirst().equals("-p")) {
                    run(words.get(1), List.of(), false, node);
                }
            }
            case "find" -> {
                for (int i = 0; i + 1 < words.size(); i++) {
                    if (FIND_RUNS.contains(words.get(i))) {
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
                    code.environment(words, arguments, node);
                }
                if (name.equals("xargs")) {
                    replaced(words, node);
                }
                int option = name.equals("flock") || name.equals("script") ? words.indexOf("-c") + 1 : 0;
                if (option > 0 && option < words.size()) {
                    code.run(arguments.get(option), name, node);
                } else if (words.stream().noneMatch(word -> word.equals("-v") || word.equals("-V"))) {
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
                    code.foreign(name, ForeignCode.of(name, words, arguments), node);
                }
                if (ShellCode.isShell(name)) {
                    code.shell(name, words, arguments, fromProcess, node);
                    return;
                }
            }
        }
        paths.arguments(name, words, arguments, node);
    }

    private static List<String> spelled(List<Value> arguments) {
        List<String> words = new ArrayList<>(arguments.size());
        for (Value argument : arguments) {
            words.add(ShellText.word(argument));
        }
        return words;
    }

    private void wrapped(List<String> words, List<Value> arguments, SyntaxNode node) {
        firstOf(words).ifPresent(i -> run(words.get(i), arguments.subList(i + 1, arguments.size()), false, node));
    }

    /// Where the command stands behind the options of another.
    private static Optional<Integer> firstOf(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (VALUE_OPTIONS.contains(words.get(i))) {
                i++;
            } else if (!NO_COMMAND.matcher(words.get(i)).matches()) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /// Input of `xargs` that becomes a command of the code that it gives to a shell.
    private void replaced(List<String> words, SyntaxNode node) {
        int option = words.indexOf("-I");
        int start = option < 0 ? 0 : option + 2;
        String mark = option >= 0 && option + 1 < words.size() ? words.get(option + 1) : "{}";
        Pattern command = Pattern.compile("(?s)(.*[;&|]\\s*)?" + Pattern.quote(mark) + "([\\s;&|].*)?");
        for (int i = start; i + 1 < words.size(); i++) {
            if (words.get(i).equals("-c") && command.matcher(words.get(i + 1)).matches()) {
                code.unreadable("xargs", node);
            }
        }
    }

    /// Words that the script may start as commands.
    void words(List<Value> words, SyntaxNode node) {
        for (int i = 0; i < words.size(); i++) {
            String word = ShellText.word(words.get(i));
            if (COMMAND.matcher(word).matches() && !names.isFunction(word)) {
                run(word, words.subList(i + 1, words.size()), false, node);
            }
        }
    }
}
