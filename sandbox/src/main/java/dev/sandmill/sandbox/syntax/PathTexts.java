package dev.sandmill.sandbox.syntax;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether a literal that spells a path may end where files are opened: entries of data, compared texts, and what is
/// printed or taken apart as text do not.
final class PathTexts {
    private static final Set<String> PATH_KEYS = Set.of("file", "path", "filename", "name", "src", "dst", "dir");

    private PathTexts() {}

    /// @param callee what the literal is given to; nothing where it is not an argument
    static boolean mayBeOpened(SyntaxNode literal, Value callee) {
        SyntaxNode parent = literal.parent();
        while (parent != null && (parent.is("array") || parent.is("list") || parent.is("tuple"))) {
            parent = parent.parent();
        }
        if (parent == null || parent.is("comparison_operator")) {
            return false;
        }
        if (parent.is("binary_expression") || parent.is("binary_operator")) {
            SyntaxNode operator = parent.child("operator");
            return operator == null
                    || operator.text().equals("+")
                    || operator.text().equals("/");
        }
        if (parent.is("pair")) {
            return PATH_KEYS.contains(key(parent.child("key")));
        }
        return !callee.isOnlyOutside(PathTexts::onlyReadsText);
    }

    /// The call whose argument the literal is.
    static @Nullable SyntaxNode call(SyntaxNode literal) {
        SyntaxNode parent = literal.parent();
        return parent != null && (parent.is("arguments") || parent.is("argument_list")) ? parent.parent() : null;
    }

    private static String key(@Nullable SyntaxNode key) {
        return key == null ? "" : key.text().replaceAll("[\"'`]", "");
    }

    private static boolean onlyReadsText(String path) {
        return path.startsWith("path.")
                || path.startsWith("console.")
                || path.startsWith("JSON.")
                || path.startsWith("os.path.")
                || path.startsWith("re.")
                || path.startsWith("json.")
                || path.startsWith("pathlib.PurePath")
                || path.equals("String")
                || path.equals("builtins.print")
                || path.equals("builtins.repr")
                || path.equals("builtins.len");
    }
}
