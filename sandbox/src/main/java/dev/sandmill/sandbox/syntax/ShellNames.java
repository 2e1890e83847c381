package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What a script calls its own: its functions, and the variables that stand for others.
final class ShellNames {
    private static final Pattern ARGUMENTS = Pattern.compile("\"?\\$(\\{)?[@*1-9].*");
    private static final Pattern REFERENCE = Pattern.compile("\\w+\\s+-\\w*n\\w*\\s.*");

    private final TreeSet<String> functions = new TreeSet<>();
    private final Set<String> references = new HashSet<>();
    private final boolean runsArguments;
    private final boolean changesFolder;

    ShellNames(List<SyntaxNode> nodes) {
        boolean hasArguments = false;
        boolean hasFolder = false;
        List<SyntaxNode> unset = new ArrayList<>();
        for (SyntaxNode node : nodes) {
            switch (node.kind()) {
                case "command_name" -> {
                    String text = node.text();
                    hasFolder |= text.equals("cd") || text.equals("pushd");
                    hasArguments |=
                            text.indexOf('$') >= 0 && ARGUMENTS.matcher(text).matches();
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
        return !references.isEmpty() && references.stream().anyMatch(spelled::contains);
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
