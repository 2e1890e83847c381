package dev.sandmill.sandbox.parser;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// One language's tables, and what of its symbols a tree keeps.
///
/// @param skipped symbols of comments and the like, which nobody asks for
record SpareGrammar(String name, MemorySegment language, String[] kinds, boolean[] named, boolean[] skipped) {
    /// The system property, in the spare parser's process, of tree-sitter's own library.
    static final String CORE_PROPERTY = "sandmill.parser.library";

    static final NativeLibrary CORE = NativeLibrary.open(Path.of(System.getProperty(CORE_PROPERTY)));

    static SpareGrammar of(String name, Path file) {
        MemorySegment language = TreeSitter.language(NativeLibrary.open(file).function("tree_sitter_" + name));
        String[] kinds = new String[TreeSitter.symbolCount(language)];
        boolean[] named = new boolean[kinds.length];
        boolean[] skipped = new boolean[kinds.length];
        for (int symbol = 0; symbol < kinds.length; symbol++) {
            kinds[symbol] = TreeSitter.symbolName(language, symbol);
            named[symbol] = TreeSitter.isNamed(language, symbol);
            skipped[symbol] = kinds[symbol].equals("comment") || kinds[symbol].equals("line_continuation");
        }
        return new SpareGrammar(name, language, kinds, named, skipped);
    }

    boolean keeps(int symbol, int field) {
        return symbol >= kinds.length || !skipped[symbol] && (named[symbol] || field != 0);
    }

    /// Its part of the greeting.
    void introduce(ByteArrayOutputStream greeting) {
        text(name, greeting);
        number(kinds.length, greeting);
        for (String kind : kinds) {
            text(kind, greeting);
        }
        int fields = TreeSitter.fieldCount(language);
        number(fields, greeting);
        for (int field = 1; field <= fields; field++) {
            text(TreeSitter.fieldName(language, field), greeting);
        }
    }

    static void number(int number, ByteArrayOutputStream into) {
        into.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array());
    }

    private static void text(String text, ByteArrayOutputStream into) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        into.write(bytes.length);
        into.write(bytes.length >> 8);
        into.writeBytes(bytes);
    }
}
