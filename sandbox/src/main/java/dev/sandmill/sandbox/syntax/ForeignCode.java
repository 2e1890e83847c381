package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Code of another language on a shell's command line: `perl -e`, `python3 -c`, `awk`. It is not resolved; words that
/// start processes or open connections are looked for, and every text beside them is taken for a command.
///
/// @param commands what it may hand to a shell
/// @param unreadable where it does what no one can read from it
record ForeignCode(List<String> commands, boolean unreadable) {
    private static final ForeignCode NONE = new ForeignCode(List.of(), false);
    private static final Set<String> INTERPRETERS = Set.of("python", "python3", "perl", "ruby", "node", "php", "lua");

    /// Whose backquotes start a command; those of JavaScript are texts.
    private static final Set<String> WITH_BACKQUOTES = Set.of("perl", "ruby", "php");

    private static final Pattern NETWORK = Pattern.compile(
            "\\b(socket|urllib(?!\\.parse)|http\\.client|requests|ctypes|fsockopen|IO::Socket|LWP|net/http|TCPSocket|child_process)\\b"
                    + "|require\\(.(node:)?(net|http|https|dgram|tls)\\b|(?<![\\w.])fetch\\(");
    private static final Pattern PROCESS = Pattern.compile(
            "\\b(system|exec\\w{0,10}|spawn\\w{0,10}|popen\\w{0,10})\\s{0,9}\\(|\\b(system|exec|spawn|qx)\\s{1,9}[\"'({]"
                    + "|\\bsubprocess\\b|\\bqx[({/]|%x[({]");
    private static final Pattern BACKQUOTED = Pattern.compile("`([^`]{1,400})`");
    private static final Pattern DOUBLE_QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.){1,400}+)\"");
    private static final Pattern SINGLE_QUOTED = Pattern.compile("'((?:[^'\\\\]|\\\\.){1,400}+)'");
    private static final Pattern BRACED = Pattern.compile("(?:qx|%x)[({/]([^)}/]{1,400})");
    private static final Pattern CODE_OPTION = Pattern.compile("-[a-zA-Z0-9]{0,8}[ecErp]|--eval|--print");

    private static final Pattern AWK_PROCESS = Pattern.compile("system\\s{0,9}\\(|getline|\\|&?\\s{0,9}\"");
    private static final Pattern AWK_COMPUTED_SYSTEM = Pattern.compile("\\bsystem\\s{0,9}\\(\\s{0,9}[^\"\\s)]");
    private static final Pattern AWK_PIPE = Pattern.compile(
            "\\b([A-Za-z_]\\w{0,40})\\s{0,9}\\|&?\\s{0,9}getline|(?<!\\|)\\|&?\\s{0,9}(?!getline\\b)([A-Za-z_]\\w{0,40})");

    ForeignCode {
        commands = List.copyOf(commands);
    }

    static boolean isInterpreter(String name) {
        return INTERPRETERS.contains(name);
    }

    static ForeignCode of(String name, List<String> words, List<Value> arguments) {
        List<String> commands = new ArrayList<>();
        boolean unreadable =
                words.stream().anyMatch(word -> NETWORK.matcher(word).find());
        for (int i = 0; i + 1 < words.size(); i++) {
            if (CODE_OPTION.matcher(words.get(i)).matches()) {
                Value code = arguments.get(i + 1);
                unreadable |= code.texts().allMatch(text -> text.text().isBlank() && !text.exact());
                code.texts().forEach(text -> commandsOf(name, text.text(), commands));
            }
        }
        return new ForeignCode(commands, unreadable);
    }

    /// Code that an interpreter reads from its input.
    static ForeignCode ofProgram(String name, Value program) {
        List<String> commands = new ArrayList<>();
        program.texts().forEach(text -> commandsOf(name, text.text(), commands));
        boolean unreadable = !program.isExactText()
                || program.texts().anyMatch(text -> NETWORK.matcher(text.text()).find());
        return new ForeignCode(commands, unreadable);
    }

    private static void commandsOf(String name, String code, List<String> commands) {
        if (WITH_BACKQUOTES.contains(name)) {
            texts(BACKQUOTED, code, commands);
        }
        if (PROCESS.matcher(code).find()) {
            texts(DOUBLE_QUOTED, code, commands);
            texts(SINGLE_QUOTED, code, commands);
            texts(BRACED, code, commands);
        }
    }

    private static void texts(Pattern pattern, String code, List<String> found) {
        pattern.matcher(code).results().map(match -> match.group(1)).forEach(found::add);
    }

    /// Commands that an awk program starts or reads from.
    static ForeignCode ofAwk(String program) {
        if (!program.contains("system") && !program.contains("getline") && program.indexOf('|') < 0) {
            return NONE; // none of the patterns below is found without one of these
        }
        List<String> commands = new ArrayList<>();
        if (AWK_PROCESS.matcher(program).find()) {
            texts(DOUBLE_QUOTED, program, commands);
        }
        String code = DOUBLE_QUOTED.matcher(program).replaceAll("\"\"");
        boolean computed = AWK_COMPUTED_SYSTEM.matcher(code).find()
                || AWK_PIPE.matcher(code).results().anyMatch(pipe -> !isOneText(pipe, code));
        return commands.isEmpty() && !computed ? NONE : new ForeignCode(commands, computed);
    }

    /// Whether the command in a variable is a single text, which is looked at as such.
    private static boolean isOneText(MatchResult pipe, String code) {
        String variable = pipe.group(1) == null ? pipe.group(2) : pipe.group(1);
        Matcher assigned = Pattern.compile(
                        "\\b" + Pattern.quote(variable) + "\\s{0,9}=(?!=)\\s{0,9}(\"\"\\s{0,9}[;}\\n])?")
                .matcher(code);
        boolean any = false;
        while (assigned.find()) {
            any = true;
            if (assigned.group(1) == null) {
                return false;
            }
        }
        return any;
    }
}
