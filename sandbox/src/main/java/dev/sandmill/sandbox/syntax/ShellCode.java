package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where a shell script runs a text as code, its own or another language's: read where it can be, written down as a
/// fact where it cannot.
final class ShellCode {
    /// `e` as a command, after an address or none; as a flag it stands behind the last delimiter.
    private static final Pattern SED_COMMAND = Pattern.compile("[\\d$,]{0,20}\\s{0,20}e(\\s.*)?", Pattern.DOTALL);
    private static final Pattern SED_FLAGS = Pattern.compile("[gpiImM\\d]{0,9}e[gpiImM\\d]{0,9}");
    private static final Set<String> SHELLS = Set.of("bash", "sh", "dash", "zsh", "ksh", "ash", "rbash");

    private final ShellScripts scripts;
    private final List<Fact> facts;
    private final int depth;

    ShellCode(ShellScripts scripts, List<Fact> facts, int depth) {
        this.scripts = scripts;
        this.facts = facts;
        this.depth = depth;
    }

    static boolean isShell(String name) {
        return SHELLS.contains(name);
    }

    void unreadable(String name, SyntaxNode node) {
        facts.add(new Fact.ComputedCode(name, node));
    }

    void run(Value source, String name, SyntaxNode node) {
        boolean read = source.isExactText() && source.texts().allMatch(code -> nested(code.text(), node));
        if (!read) {
            facts.add(new Fact.ComputedCode(name, node));
        }
    }

    /// Facts of another script; false where it cannot be read.
    boolean nested(String code, SyntaxNode node) {
        Optional<List<Fact>> inside = scripts.facts(code, depth);
        inside.ifPresent(found -> found.forEach(fact -> facts.add(fact.movedTo(node))));
        return inside.isPresent();
    }

    /// A script that this one writes to be started.
    void written(String code, SyntaxNode node) {
        if (!nested(code, node)) {
            unreadable("script", node);
        }
    }

    /// Words as `eval` puts them together.
    static Value joined(List<Value> arguments) {
        List<Value> spaced = new ArrayList<>();
        arguments.forEach(argument -> spaced.addAll(List.of(argument, Value.text(" "))));
        return Value.concatenation(spaced);
    }

    /// Another language's code on the command line.
    void foreign(String name, ForeignCode code, SyntaxNode node) {
        if (code.unreadable()) {
            facts.add(new Fact.ComputedCode(name, node));
        }
        code.commands().forEach(command -> nested(command, node));
    }

    /// What `env` sets, and the command that it takes apart itself.
    void environment(List<String> words, List<Value> arguments, SyntaxNode node) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).matches("(BASH_ENV|LD_PRELOAD|LD_AUDIT)=.+")) {
                unreadable(words.get(i).substring(0, words.get(i).indexOf('=')), node);
            }
            if (words.get(i).matches("-\\w*S|--split-string") && i + 1 < words.size()) {
                run(arguments.get(i + 1), "env", node);
            } else if (words.get(i).startsWith("--split-string=")) {
                run(Value.text(words.get(i).substring("--split-string=".length())), "env", node);
            }
        }
    }

    void shell(String name, List<String> words, List<Value> arguments, boolean fromProcess, SyntaxNode node) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).matches("-[a-z]*c")) {
                run(i + 1 < arguments.size() ? arguments.get(i + 1) : Value.UNKNOWN, name, node);
                return;
            }
        }
        boolean readsInput = words.stream().anyMatch(word -> word.matches("-[a-z]*s[a-z]*"));
        boolean hasScript = !readsInput
                && arguments.stream()
                        .anyMatch(argument -> !ShellText.word(argument).startsWith("-"));
        boolean asksOnly = words.stream().anyMatch(word -> word.equals("--version") || word.equals("--help"));
        if (fromProcess || !hasScript && !asksOnly) {
            facts.add(new Fact.ComputedCode(name, node));
        }
    }

    /// Whether a sed script starts commands, looked at piece by piece in linear time.
    static boolean sedRuns(String script) {
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
}
