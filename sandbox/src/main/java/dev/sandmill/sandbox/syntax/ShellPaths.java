package dev.sandmill.sandbox.syntax;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Which words of a command, and which redirections, are paths.
final class ShellPaths {
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

    /// Keys and tokens of the one who runs the program; no script of a sandbox has any there.
    private static final Pattern KEYS =
            Pattern.compile("~/\\.(ssh|aws|gnupg|kube|docker|netrc|git-credentials|config/gcloud)(/.*)?");

    private static final Pattern HOME = Pattern.compile("~[a-z].*");
    private static final Pattern SCRIPT_OPTION = Pattern.compile("-[a-zA-Z]*e|--expression|--regexp");

    private final List<Fact> facts;

    /// After `cd` nobody knows here where `..` leads.
    private final boolean changesFolder;

    ShellPaths(List<Fact> facts, boolean changesFolder) {
        this.facts = facts;
        this.changesFolder = changesFolder;
    }

    void arguments(String name, List<String> words, List<Value> arguments, SyntaxNode node) {
        if (TEXT_COMMANDS.contains(name)) {
            return;
        }
        boolean patternSeen = !PATTERN_COMMANDS.contains(name) || words.contains("-f");
        for (Value argument : arguments) {
            boolean option = ShellText.word(argument).startsWith("-");
            if (option && patternSeen && PATTERN_COMMANDS.contains(name)) {
                patternSeen = !SCRIPT_OPTION.matcher(ShellText.word(argument)).matches();
            }
            if (!option && !patternSeen) {
                patternSeen = true;
                continue;
            }
            for (Item item : argument.items()) {
                if (item instanceof Item.Text path) {
                    path(path, node);
                }
            }
        }
    }

    private void path(Item.Text argument, SyntaxNode node) {
        int equals = argument.text().indexOf('=');
        String path = argument.text().substring(equals + 1);
        if (path.startsWith("~")
                && (HOME.matcher(path).matches() || KEYS.matcher(path).matches())) {
            path = "/" + path; // another user's home, or what no program has to read
        }
        boolean isRelative = !path.startsWith("/");
        boolean isText = isRelative && changesFolder && !WorkspacePaths.leadsIntoSystem(path)
                || path.indexOf(' ') >= 0
                || path.indexOf('\n') >= 0
                || HARMLESS_DEVICES.contains(path);
        if (!isText) {
            facts.add(
                    new Fact.Call("path", Value.UNKNOWN, List.of(Value.text(path, argument.exact())), Map.of(), node));
        }
    }

    void redirect(Value destination, SyntaxNode node) {
        destination.texts().forEach(target -> {
            if (target.text().startsWith("/dev/tcp/") || target.text().startsWith("/dev/udp/")) {
                facts.add(new Fact.Use("dev-tcp", node));
            } else {
                path(target, node);
            }
        });
    }
}
