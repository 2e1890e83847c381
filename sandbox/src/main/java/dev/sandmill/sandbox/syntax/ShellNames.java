package dev.sandmill.sandbox.syntax;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a script calls its own: its functions, and the variables that stand for others.
final class ShellNames {
    private final TreeSet<String> functions = new TreeSet<>();
    private final Set<String> references = new HashSet<>();
    private final boolean runsArguments;
    private final boolean changesFolder;

    ShellNames(List<SyntaxNode> nodes) {
        changesFolder = nodes.stream()
                .anyMatch(node -> node.is("command_name")
                        && (node.text().equals("cd") || node.text().equals("pushd")));
        runsArguments = nodes.stream()
                .anyMatch(node -> node.is("command_name") && node.text().matches("\"?\\$(\\{)?[@*1-9].*"));
        nodes.stream()
                .filter(node -> node.is("declaration_command") && node.text().matches("\\w+\\s+-\\w*n\\w*\\s.*"))
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
        return references.stream().anyMatch(spelled::contains);
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
