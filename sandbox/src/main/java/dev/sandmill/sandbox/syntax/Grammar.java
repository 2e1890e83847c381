package dev.sandmill.sandbox.syntax;

import java.lang.foreign.MemorySegment;

/// One language's tables, and the names of its symbols and fields.
///
/// @param skipped symbols of comments and the like, which nobody asks for
record Grammar(MemorySegment language, String[] kinds, boolean[] named, boolean[] skipped, String[] fields) {
    static Grammar of(Dialect dialect) {
        return switch (dialect) {
            case PYTHON -> of("tree_sitter_python");
            case JAVASCRIPT -> of("tree_sitter_javascript");
            case TYPESCRIPT -> of("tree_sitter_typescript");
            case BASH -> of("tree_sitter_bash");
            case JAVA, OTHER -> throw new IllegalArgumentException("there is no grammar for " + dialect);
        };
    }

    private static Grammar of(String entryPoint) {
        MemorySegment language = TreeSitter.language(entryPoint);
        String[] kinds = new String[TreeSitter.symbolCount(language)];
        boolean[] named = new boolean[kinds.length];
        boolean[] skipped = new boolean[kinds.length];
        for (int symbol = 0; symbol < kinds.length; symbol++) {
            kinds[symbol] = TreeSitter.symbolName(language, symbol);
            named[symbol] = TreeSitter.isNamed(language, symbol);
            skipped[symbol] = kinds[symbol].equals("comment") || kinds[symbol].equals("line_continuation");
        }
        String[] fields = new String[TreeSitter.fieldCount(language) + 1];
        for (int field = 1; field < fields.length; field++) {
            fields[field] = TreeSitter.fieldName(language, field);
        }
        return new Grammar(language, kinds, named, skipped, fields);
    }
}
