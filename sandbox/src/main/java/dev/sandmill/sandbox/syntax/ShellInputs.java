package dev.sandmill.sandbox.syntax;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Programs that go through redirections and pipes: texts that an interpreter reads as its program, and texts that
/// become scripts.
final class ShellInputs {
    private static final Pattern SCRIPT = Pattern.compile("(?s).*\\.(sh|bash)[\"']?");
    private static final Pattern SHEBANG = Pattern.compile("#!\\s*/\\S*(/env )?(ba|da|z|k)?sh\\b");

    private final ShellText text;
    private final ShellCode code;

    ShellInputs(ShellText text, ShellCode code) {
        this.text = text;
        this.code = code;
    }

    /// Text that another language's interpreter reads as its program.
    void redirect(SyntaxNode redirect) {
        SyntaxNode statement = redirect.parent();
        SyntaxNode body =
                statement == null || !statement.is("redirected_statement") ? statement : statement.child("body");
        if (body == null || !body.is("command")) {
            return;
        }
        if (!readsProgram(body)) {
            writtenScript(statement, redirect);
            return;
        }
        for (SyntaxNode child : redirect.children()) {
            if (child.is("heredoc_body")) {
                foreign(body, Value.text(child.text()));
            } else if (redirect.is("herestring_redirect")) {
                foreign(body, text.value(child));
            }
        }
    }

    /// Text that becomes a script of its own: `cat > run.sh <<'EOF'`.
    private void writtenScript(@Nullable SyntaxNode statement, SyntaxNode redirect) {
        boolean isScript = Stream.concat(
                        statement == null ? Stream.of() : statement.children().stream(), redirect.children().stream())
                .anyMatch(ShellInputs::isToScript);
        for (SyntaxNode child : redirect.children()) {
            if (child.is("heredoc_body")
                    && (isScript || SHEBANG.matcher(child.text()).lookingAt())) {
                code.written(child.text(), child);
            }
        }
    }

    /// `echo 'code' > run.sh`.
    void printedScript(SyntaxNode redirect) {
        SyntaxNode body = redirect.parent() == null ? null : redirect.parent().child("body");
        if (body != null && body.is("command") && isToScript(redirect)) {
            text.outputs()
                    .printed(body)
                    .texts()
                    .filter(Item.Text::exact)
                    .forEach(line -> code.written(line.text(), body));
        }
    }

    private static boolean isToScript(SyntaxNode redirect) {
        return redirect.is("file_redirect") && SCRIPT.matcher(redirect.text()).matches();
    }

    void pipeline(SyntaxNode pipeline) {
        for (int i = 1; i < pipeline.children().size(); i++) {
            SyntaxNode reader = pipeline.children().get(i);
            if (reader.is("command") && readsProgram(reader)) {
                foreign(reader, text.outputs().printed(pipeline.children().get(i - 1)));
            }
        }
    }

    /// Whether a command is an interpreter whose program is its input: `python3`, `node -`.
    private boolean readsProgram(SyntaxNode command) {
        return ForeignCode.isInterpreter(program(command))
                && ShellText.arguments(command).stream()
                        .allMatch(word -> word.text().equals("-"));
    }

    private String program(SyntaxNode command) {
        String name = ShellText.word(text.value(command.child("name")));
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private void foreign(SyntaxNode command, Value program) {
        code.foreign(program(command), ForeignCode.ofProgram(program(command), program), command);
    }
}
