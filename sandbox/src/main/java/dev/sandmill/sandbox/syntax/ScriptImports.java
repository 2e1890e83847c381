package dev.sandmill.sandbox.syntax;

import java.util.regex.Pattern;

/// What import statements bring into a JavaScript or TypeScript file.
final class ScriptImports {
    /// `import type from "x"` brings in a value of that name.
    private static final Pattern ERASED = Pattern.compile("(import|export)\\s+type\\s+(?!from\\b|[=,])[\\w${*]");

    /// Whereas `type as x` brings in `type`.
    private static final Pattern TYPE_NAME = Pattern.compile("type\\s+(?!as\\b)[\\w$]+(\\s+as\\s+[\\w$]+)?");

    private ScriptImports() {}

    /// Types are gone when the program runs, and so is the statement that brings in nothing else.
    static boolean isErased(SyntaxNode statement) {
        if (ERASED.matcher(statement.text()).lookingAt()) {
            return true;
        }
        SyntaxNode clause = statement.firstChild();
        SyntaxNode named = clause == null || !clause.is("import_clause") ? null : clause.firstChild();
        return clause != null
                && named != null
                && clause.children().size() == 1
                && named.is("named_imports")
                && !named.children().isEmpty()
                && named.children().stream()
                        .allMatch(name -> TYPE_NAME.matcher(name.text()).matches());
    }

    /// Gives names to what is imported.
    static void bind(SyntaxNode statement, ScriptEvaluation evaluation, ScriptBindings bindings) {
        if (isErased(statement)) {
            return;
        }
        Value module = evaluation.module(evaluation.value(statement.child("source")));
        for (SyntaxNode clause : statement.children()) {
            if (!clause.is("import_clause")) {
                continue;
            }
            for (SyntaxNode part : clause.children()) {
                switch (part.kind()) {
                    case "identifier" -> bindings.bind(part, module);
                    case "namespace_import" -> bindings.bind(part.firstChild(), module);
                    case "named_imports" ->
                        part.children().forEach(specifier -> {
                            SyntaxNode alias = specifier.child("alias");
                            bindings.bind(
                                    alias == null ? specifier.child("name") : alias,
                                    evaluation.attribute(module, ScriptText.name(specifier.child("name"))));
                        });
                    default -> {}
                }
            }
        }
    }
}
