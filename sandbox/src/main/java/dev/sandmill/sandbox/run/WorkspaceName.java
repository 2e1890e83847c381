package dev.sandmill.sandbox.run;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// A path that a program chose, as text: UTF-8, where every byte that is not part of a printable character, and the
/// backslash, is `\xNN`. So no two paths have the same text.
final class WorkspaceName {
    private WorkspaceName() {}

    static String of(byte[] path) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < path.length; ) {
            int length = characterLength(path[at]);
            CharBuffer decoded = CharBuffer.allocate(2);
            if (length > 0 && at + length <= path.length && decodes(path, at, length, decoded)) {
                append(text, decoded.flip().toString(), path, at, length);
                at += length;
            } else {
                escape(text, path[at]);
                at++;
            }
        }
        return text.toString();
    }

    private static int characterLength(byte first) {
        return switch (Integer.numberOfLeadingZeros(~first << 24)) {
            case 0 -> 1;
            case 2 -> 2;
            case 3 -> 3;
            case 4 -> 4;
            default -> 0;
        };
    }

    private static boolean decodes(byte[] path, int at, int length, CharBuffer into) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        return !decoder.decode(ByteBuffer.wrap(path, at, length), into, true).isError();
    }

    private static void append(StringBuilder text, String character, byte[] path, int at, int length) {
        int type = Character.getType(character.codePointAt(0));
        boolean printable = type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.UNASSIGNED
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && !character.equals("\\");
        if (printable) {
            text.append(character);
            return;
        }
        for (int i = at; i < at + length; i++) {
            escape(text, path[i]);
        }
    }

    private static void escape(StringBuilder text, byte value) {
        text.append("\\x%02x".formatted(value & 0xff));
    }
}
