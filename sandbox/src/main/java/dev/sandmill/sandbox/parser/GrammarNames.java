package dev.sandmill.sandbox.parser;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// A grammar's names for its symbols and fields, as the parser's greeting tells them.
///
/// @param number by which requests name the grammar
/// @param fields the first is that of no field
record GrammarNames(int number, String[] kinds, String[] fields) {
    private static final String UNKNOWN = "ERROR";
    private static final int MAX_GRAMMARS = 64;

    /// Reads all grammars of a greeting, by name.
    static Map<String, GrammarNames> read(byte[] greeting) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(greeting))) {
            int count = number(in, MAX_GRAMMARS);
            Map<String, GrammarNames> grammars = new LinkedHashMap<>();
            for (int number = 0; number < count; number++) {
                String name = text(in);
                String[] kinds = new String[number(in, FlatTree.UNKNOWN_SYMBOL)];
                for (int symbol = 0; symbol < kinds.length; symbol++) {
                    kinds[symbol] = text(in);
                }
                String[] fields = new String[number(in, FlatTree.UNKNOWN_SYMBOL) + 1];
                fields[0] = "";
                for (int field = 1; field < fields.length; field++) {
                    fields[field] = text(in);
                }
                grammars.put(name, new GrammarNames(number, kinds, fields));
            }
            return grammars;
        }
    }

    private static int number(DataInputStream in, int most) throws IOException {
        int number = Integer.reverseBytes(in.readInt());
        if (number < 0 || number > most) {
            throw new MalformedAnswer("a count of " + Integer.toUnsignedString(number) + " in its greeting");
        }
        return number;
    }

    /// One object for each text, and that of the constants in the code that asks for it.
    private static String text(DataInputStream in) throws IOException {
        byte[] text = new byte[Short.toUnsignedInt(Short.reverseBytes(in.readShort()))];
        in.readFully(text);
        return new String(text, StandardCharsets.UTF_8).intern();
    }

    boolean knows(int symbol, int field) {
        return (symbol < kinds.length || symbol == FlatTree.UNKNOWN_SYMBOL) && field < fields.length;
    }

    String kind(int symbol) {
        return symbol < kinds.length ? kinds[symbol] : UNKNOWN;
    }

    String field(int field) {
        return fields[field];
    }
}
