package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a script calls its own: its functions, and the variables that stand for others.
final class ShellNames {
    private static final Pattern ARGUMENTS = Pattern.compile("\"?\\$(\\{)?[@*1-9].*");
    private static final Pattern ARGUMENT = Pattern.compile("\"?\\$(\\{[1-9](:?-[^}]*)?}|[1-9])\"?");
    private static final Pattern VARIABLE = Pattern.compile("\"?\\$\\{?(\\w+)}?\"?");
    private static final Pattern POSITION = Pattern.compile("[1-9]");
    private static final Pattern SHIFT = Pattern.compile("shift(\\s+\\d{1,3})?");
    private static final int MAX_SHIFT = 16;
    private static final Pattern REFERENCE = Pattern.compile("\\w+\\s+-\\w*n\\w*\\s.*");

    private final TreeSet<String> functions = new TreeSet<>();
    private final Set<String> references = new HashSet<>();

    /// Functions that start one of their arguments, and the position of that.
    private final Map<String, Integer> runners = new HashMap<>();

    /// Variables that hold an argument, and its position.
    private final Map<String, Integer> arguments = new HashMap<>();

    private final List<SyntaxNode> shifts = new ArrayList<>();
    private final boolean runsArguments;
    private final boolean changesFolder;

    ShellNames(List<SyntaxNode> nodes) {
        boolean hasArguments = false;
        boolean hasFolder = false;
        List<SyntaxNode> unset = new ArrayList<>();
        for (SyntaxNode node : nodes) {
            if (node.is("variable_assignment")) {
                argument(node);
            }
        }
        for (SyntaxNode node : nodes) {
            switch (node.kind()) {
                case "command" -> {
                    if (isShift(node)) {
                        shifts.add(node);
                    }
                }
                case "command_name" -> {
                    String text = node.text();
                    hasFolder |= text.equals("cd") || text.equals("pushd");
                    if (text.indexOf('$') >= 0 && runsArgument(text)) {
                        hasArguments = true;
                        runner(node);
                    }
                }
                case "declaration_command" -> references(node);
                case "function_definition" -> {
                    SyntaxNode name = node.child("name");
                    if (name != null) {
                        functions.add(name.text());
                    }
                }
                case "unset_command" -> unset.addAll(node.children());
                default -> {}
            }
        }
        unset.forEach(name -> functions.remove(name.text()));
        runsArguments = hasArguments;
        changesFolder = hasFolder;
    }

    /// `local command=$1`: what the variable holds was given to the script or the function.
    private void argument(SyntaxNode assignment) {
        SyntaxNode name = assignment.child("name");
        if (name != null && isArgument(assignment.child("value"))) {
            arguments.put(
                    name.text(),
                    position(assignment.text().substring(name.text().length())));
        }
    }

    private static boolean isShift(SyntaxNode command) {
        SyntaxNode name = command.child("name");
        return name != null
                && name.text().equals("shift")
                && command.end() - command.start() < MAX_SHIFT
                && SHIFT.matcher(command.text()).matches();
    }

    static boolean isArgument(@Nullable SyntaxNode value) {
        if (value == null) {
            return false;
        }
        String text = value.text();
        return (text.startsWith("$") || text.startsWith("\"$"))
                && ARGUMENT.matcher(text).matches();
    }

    private boolean runsArgument(String command) {
        Matcher variable = VARIABLE.matcher(command);
        return ARGUMENTS.matcher(command).matches() || variable.matches() && arguments.containsKey(variable.group(1));
    }

    private void runner(SyntaxNode command) {
        for (SyntaxNode node = command; node != null; node = node.parent()) {
            SyntaxNode name = node.is("function_definition") ? node.child("name") : null;
            if (name != null) {
                runners.put(name.text(), position(command, node));
                return;
            }
        }
    }

    /// Which of a function's arguments a command is.
    private int position(SyntaxNode command, SyntaxNode function) {
        Matcher variable = VARIABLE.matcher(command.text());
        Integer held = variable.matches() ? arguments.get(variable.group(1)) : null;
        if (held != null) {
            return held;
        }
        int position = position(command.text());
        for (SyntaxNode shift : shifts) {
            if (shift.start() > function.start() && shift.start() < command.start()) {
                String by = shift.text().substring("shift".length()).strip();
                position += by.isEmpty() ? 1 : Integer.parseInt(by);
            }
        }
        return position;
    }

    private static int position(String spelled) {
        Matcher digit = POSITION.matcher(spelled);
        return digit.find() ? Integer.parseInt(digit.group()) - 1 : 0;
    }

    private void references(SyntaxNode declaration) {
        if (!REFERENCE.matcher(declaration.text()).matches()) {
            return;
        }
        for (SyntaxNode child : declaration.children()) {
            if (child.is("variable_assignment") && child.child("name") != null) {
                references.add("$" + child.text().split("=", 2)[0]);
            }
        }
    }

    boolean isFunction(String name) {
        return functions.contains(name);
    }

    boolean hasFunctionThatBeginsWith(String beginning) {
        String next = functions.ceiling(beginning);
        return next != null && next.startsWith(beginning);
    }

    Set<String> functions() {
        return functions;
    }

    /// Whether a command is named by a variable that stands for another.
    boolean isReference(String spelled) {
        for (String reference : references) {
            if (spelled.contains(reference)) {
                return true;
            }
        }
        return false;
    }

    /// Which argument a function starts as a command; -1 for none.
    int runs(String function) {
        return runners.getOrDefault(function, -1);
    }

    /// Whether the script starts what it was given as arguments: `"$@"`, `"$1"`.
    boolean runsArguments() {
        return runsArguments;
    }

    /// After `cd` nobody knows here where `..` leads.
    boolean changesFolder() {
        return changesFolder;
    }
}
