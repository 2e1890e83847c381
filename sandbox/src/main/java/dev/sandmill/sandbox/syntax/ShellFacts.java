package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes down the facts of one text of Bash: which programs it starts by name, what literal paths it gives them, and
/// where it runs text as code.
final class ShellFacts {
    private static final Pattern PATTERN = Pattern.compile("(?<!\\\\)[?*\\[]|\\{[^}$]*,[^}]*}|^[\\w./-]+,[^{]*}");

    private static final Pattern BEFORE_EXTENDED = Pattern.compile("[\\w/.\\s][!@?*+]");
    private static final Pattern EXTENDED = Pattern.compile("\\([^\\s()]+\\)");
    private static final int LONGEST_EXTENDED = 200;

    /// A program of a known name in a folder that only the running script knows.
    private static final Pattern IN_FOLDER = Pattern.compile("\"?\\$[^\\s]*/([\\w.-]+)\"?");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");

    /// A word without one of these does not match the pattern.
    private static final String SPECIAL = "?*[{,";

    /// An array's index is worked out, and commands in it run, wherever a name may stand: `[[ -v 'a[$(id)]' ]]`.
    private static final Pattern RUNNING_INDEX = Pattern.compile("\\$?'\\w+\\[[^\\]]*(\\$\\(|`).*", Pattern.DOTALL);

    private final List<Fact> facts = new ArrayList<>();
    private final List<SyntaxNode> nodes;
    private final ShellNames names;
    private final ShellText text;
    private final ShellCode code;
    private final ShellPaths paths;
    private final ShellRuns runs;
    private final ShellInputs inputs;

    private ShellFacts(List<SyntaxNode> nodes, ShellScripts scripts, int depth) {
        this.nodes = nodes;
        names = new ShellNames(nodes);
        text = new ShellText(nodes, names);
        code = new ShellCode(scripts, facts, depth);
        paths = new ShellPaths(facts, names.changesFolder());
        runs = new ShellRuns(facts, names, code, paths);
        inputs = new ShellInputs(text, code);
    }

    static List<UnitFacts> facts(List<SourceUnit> units, TreeParser parser) {
        ShellScripts scripts = new ShellScripts(parser);
        return units.stream()
                .map(unit -> new UnitFacts(unit, of(unit.nodes(), scripts, 0)))
                .toList();
    }

    /// @param depth how many texts of code are around this one
    static List<Fact> of(List<SyntaxNode> nodes, ShellScripts scripts, int depth) {
        ShellFacts script = new ShellFacts(nodes, scripts, depth);
        for (SyntaxNode node : nodes) {
            script.fact(node);
        }
        return script.facts;
    }

    private void fact(SyntaxNode node) {
        switch (node.kind()) {
            case "command" -> command(node);
            case "word" -> {
                if (node.parentIs("ERROR")
                        && node.text().startsWith("{")
                        && PATTERN.matcher(node.text()).find()) {
                    code.unreadable(node.text(), node);
                }
            }
            case "variable_assignment" -> assignment(node);
            case "file_redirect" -> {
                paths.redirect(text.value(node.child("destination")), node);
                inputs.printedScript(node);
            }
            case "heredoc_redirect", "herestring_redirect" -> inputs.redirect(node);
            case "pipeline" -> inputs.pipeline(node);
            case "expansion" -> {
                if (node.text().endsWith("@P}") && node.firstChild() != null) {
                    prompt(text.value(node.firstChild()), node);
                }
            }
            case "raw_string", "ansi_c_string" -> {
                if (node.text().indexOf('[') > 0
                        && RUNNING_INDEX.matcher(node.text()).matches()
                        && mayBeVariable(node)) {
                    code.unreadable(node.text(), node);
                }
            }
            default -> {}
        }
    }

    /// `${x@P}` runs what a prompt would.
    private void prompt(Value prompt, SyntaxNode node) {
        code.run(TextFolding.map(prompt, shown -> "echo \"" + shown + "\""), "@P", node);
    }

    /// Variables whose content the shell, or the loader of programs, runs.
    private void assignment(SyntaxNode node) {
        SyntaxNode name = node.child("name");
        Value value = node.child("value") == null ? Value.text("") : text.value(node.child("value"));
        switch (name == null ? "" : name.text()) {
            case "PROMPT_COMMAND" -> code.run(value, "PROMPT_COMMAND", node);
            case "PS4", "PS0" ->
                value.texts()
                        .filter(prompt ->
                                prompt.text().contains("$(") || prompt.text().contains("`"))
                        .forEach(prompt -> code.run(Value.text("echo \"" + prompt.text() + "\""), "PS4", node));
            case "BASH_ENV", "LD_PRELOAD", "LD_AUDIT" -> {
                if (!value.equals(Value.text(""))) {
                    code.unreadable(String.valueOf(name == null ? "" : name.text()), node);
                }
            }
            default -> {}
        }
    }

    /// Whether a text stands where the shell takes it for a variable's name, now or later.
    private static boolean mayBeVariable(SyntaxNode string) {
        SyntaxNode parent = string.parent();
        if (parent == null || !parent.is("command")) {
            return parent != null;
        }
        SyntaxNode command = parent.child("name");
        return switch (command == null ? "" : command.text()) {
            case "printf", "let", "declare", "typeset", "local", "export", "readonly", "read", "unset", "test", "[" ->
                true;
            default -> false;
        };
    }

    private void command(SyntaxNode node) {
        List<SyntaxNode> words = ShellText.arguments(node);
        List<Value> arguments = new ArrayList<>(words.size());
        boolean fromProcess = false;
        for (SyntaxNode word : words) {
            arguments.add(text.value(word));
            fromProcess |= word.is("process_substitution");
        }
        SyntaxNode name = node.child("name");
        Value called = text.value(name);
        unread(name, called, arguments, node);
        boolean isSplit = name != null && name.text().startsWith("$");
        for (Item item : called.items()) {
            if (!(item instanceof Item.Text program) || !program.exact() || names.isFunction(program.text())) {
                continue;
            }
            if (isSplit) {
                runPieces(text.split(program.text()), arguments, fromProcess, words, node);
            } else {
                run(program.text(), arguments, fromProcess, words, node);
            }
        }
    }

    /// A command out of a variable, which may hold its first arguments too.
    private void runPieces(
            List<String> pieces, List<Value> arguments, boolean fromProcess, List<SyntaxNode> words, SyntaxNode node) {
        if (!pieces.isEmpty()) {
            List<Value> all = new ArrayList<>();
            pieces.stream().skip(1).forEach(piece -> all.add(Value.text(piece)));
            all.addAll(arguments);
            run(pieces.getFirst(), all, fromProcess, words, node);
        }
    }

    private void run(
            String program, List<Value> arguments, boolean fromProcess, List<SyntaxNode> words, SyntaxNode node) {
        switch (program) {
            case "trap" -> {
                List<Value> judged = new ArrayList<>(arguments);
                if (!words.isEmpty()
                        && judged.size() == words.size()
                        && !judged.getFirst().isExactText()) {
                    String skeleton = text.placeholders().skeleton(words.getFirst());
                    judged.set(0, skeleton == null ? judged.getFirst() : Value.text(skeleton));
                }
                runs.run(program, judged, fromProcess, node);
            }
            case "eval" -> {
                if (!text.placeholders().setsQuotedWords(words)) {
                    runs.run(program, arguments, fromProcess, node);
                }
            }
            default -> runs.run(program, arguments, fromProcess, node);
        }
    }

    /// A command whose name only the running script knows, or one that it takes from its own arguments.
    private void unread(@Nullable SyntaxNode name, Value called, List<Value> arguments, SyntaxNode node) {
        String spelled = name == null ? "" : name.text();
        if (names.isFunction(spelled) && names.runsArguments()) {
            runs.words(arguments, node);
        }
        int started = names.runs(spelled);
        if (started >= 0 && started < arguments.size() && isComputed(arguments.get(started), started, node)) {
            code.unreadable(spelled, node);
        }
        if (spelled.startsWith("((") || isOwnBeginning(called) || isExtendedPattern(node)) {
            return;
        }
        boolean hasVariable = spelled.indexOf('$') >= 0;
        Matcher inFolder = hasVariable ? IN_FOLDER.matcher(spelled) : null;
        if (inFolder != null && inFolder.matches()) {
            runs.run(inFolder.group(1), arguments, false, node);
            return;
        }
        boolean isPattern = !spelled.startsWith("[")
                && !spelled.startsWith("\"")
                && !spelled.startsWith("'")
                && isSpecial(spelled)
                && PATTERN.matcher(spelled).find();
        boolean isComputed = spelled.startsWith("${!")
                || !called.isExactText() && isSubstitution(name, spelled)
                || hasVariable
                        && VARIABLE.matcher(spelled).results().anyMatch(found -> text.isComputed(found.group(1)));
        if (isPattern || isComputed || names.isReference(spelled)) {
            code.unreadable(spelled, node);
        }
    }

    private static boolean isSpecial(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (SPECIAL.indexOf(word.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /// Whether an argument of a command is worked out by the script itself, out of nothing that can be read.
    private boolean isComputed(Value argument, int position, SyntaxNode command) {
        SyntaxNode word = ShellText.arguments(command).get(position);
        return !argument.isExactText()
                && (isSubstitution(word, word.text())
                        || VARIABLE.matcher(word.text()).results().anyMatch(found -> text.isComputed(found.group(1))));
    }

    /// `!(*.txt)`, which the grammar takes for a command in brackets.
    private static boolean isExtendedPattern(SyntaxNode command) {
        SyntaxNode brackets = command.parent();
        return brackets != null
                && brackets.is("subshell")
                && brackets.end() - brackets.start() <= LONGEST_EXTENDED
                && BEFORE_EXTENDED.matcher(brackets.before(2)).matches()
                && EXTENDED.matcher(brackets.text()).matches();
    }

    /// Whether a name begins with what a command prints, or is that as a whole, in quotes.
    private static boolean isSubstitution(@Nullable SyntaxNode name, String spelled) {
        if (spelled.startsWith("$(") || spelled.startsWith("`")) {
            return true;
        }
        SyntaxNode string = name == null || name.is("string") ? name : name.firstChild();
        SyntaxNode inside = string == null || !string.is("string") ? null : string.firstChild();
        return string != null
                && inside != null
                && inside.is("command_substitution")
                && inside.end() - inside.start() == string.end() - string.start() - 2;
    }

    /// Whether the name begins like functions of the script: `cmd_$name`.
    private boolean isOwnBeginning(Value called) {
        for (Item item : called.items()) {
            if (item instanceof Item.Text name
                    && (name.text().isEmpty() || !names.hasFunctionThatBeginsWith(name.text()))) {
                return false;
            }
        }
        return called.mayBeText();
    }
}
