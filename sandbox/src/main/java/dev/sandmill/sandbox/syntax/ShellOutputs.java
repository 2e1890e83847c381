package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What commands print whose output is put into words: `$(printf '%s%s' a b)`.
final class ShellOutputs {
    private static final int MAX_LIST = 400;

    /// The script's own functions, as it lists them itself: `declare -F | awk '{print $3}'`.
    private static final Pattern FUNCTION_LIST =
            Pattern.compile("\\$\\(\\s*(declare -F|typeset -F|compgen -A function( [\\w-]+)?)"
                    + "(\\s*\\|\\s*(awk '\\{\\s*print \\$(3|NF);?\\s*}'|grep (-[EPqv]+ )?('[^']*'|\"[^\"$`]*\"|[\\w^$.]+)"
                    + "|sort( -u)?|cut -d ?' ' -f ?3|sed 's/declare -f //'))*\\s*\\)");

    private final ShellText text;
    private final ShellNames names;

    ShellOutputs(ShellText text, ShellNames names) {
        this.text = text;
        this.names = names;
    }

    /// What a command surely prints.
    Value substitution(SyntaxNode node) {
        if (node.end() - node.start() < MAX_LIST
                && FUNCTION_LIST.matcher(node.text()).matches()) {
            Value functions = Value.NOTHING;
            for (String function : names.functions()) {
                functions = functions.or(Value.text(function));
            }
            return functions.equals(Value.NOTHING) ? Value.UNKNOWN : functions;
        }
        return node.children().size() == 1 ? printed(node.children().getFirst()) : Value.UNKNOWN;
    }

    /// `echo text` and `printf text` print their text, `command -v name` a path that ends with the name.
    Value printed(SyntaxNode command) {
        if (command.is("list") && !command.text().contains("&&")) {
            Value either = Value.NOTHING;
            for (SyntaxNode one : command.children()) {
                either = either.or(printed(one));
            }
            return either;
        }
        SyntaxNode name = command.is("command") ? command.child("name") : null;
        List<SyntaxNode> words = name == null ? List.of() : ShellText.arguments(command);
        if (name == null || words.isEmpty()) {
            return Value.UNKNOWN;
        }
        return switch (name.text()) {
            case "echo" -> words.size() == 1 ? text.value(words.getFirst()) : Value.UNKNOWN;
            case "printf" -> printf(words);
            case "which" -> text.value(words.getLast());
            case "command", "type" ->
                words.getFirst().text().matches("-[vpP]") ? text.value(words.getLast()) : Value.UNKNOWN;
            default -> Value.UNKNOWN;
        };
    }

    Value printf(List<SyntaxNode> words) {
        List<String> texts = new ArrayList<>();
        for (SyntaxNode word : words) {
            Value value = text.value(word);
            if (!TextFolding.single(value) || !value.isExactText()) {
                return words.size() == 1
                                && value.texts().noneMatch(known -> known.text().contains("%"))
                        ? TextFolding.map(value, ShellEscapes::decoded)
                        : Value.UNKNOWN;
            }
            texts.add(ShellText.word(value));
        }
        String printed = texts.isEmpty() ? null : ShellEscapes.printed(texts);
        return printed == null ? Value.UNKNOWN : Value.text(printed);
    }
}
