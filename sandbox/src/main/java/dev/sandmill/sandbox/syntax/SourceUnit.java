package dev.sandmill.sandbox.syntax;

import dev.sandmill.api.Violation;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One parsed file of a program.
///
/// @param nodes every node in post-order, the root last; empty where the dialect has no grammar here
/// @param broken whether the grammar met something that it does not know; rules look inside all the same
public record SourceUnit(String path, Dialect dialect, byte[] source, List<SyntaxNode> nodes, boolean broken) {

    /// A violation at a byte offset of this file, its column counted in characters.
    public Violation violationAt(int offset, String rule, String message) {
        return violationAt(offset, rule, message, new LineStarts(source));
    }

    /// @param lines of this file's source
    public Violation violationAt(int offset, String rule, String message, LineStarts lines) {
        int line = lines.lineOf(offset);
        int lineStart = lines.startOf(line);
        String before = new String(source, lineStart, offset - lineStart, StandardCharsets.UTF_8);
        return new Violation(rule, path, line, before.codePointCount(0, before.length()) + 1, message);
    }
}
