package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Java source as it is written, and as the compiler reads it: `\u0052untime` is `Runtime` before anything else is
/// looked at. Knows where each character stands in the file.
final class JavaText {
    private final String written;
    private final String text;

    /// For each character of the text, and for its end, the index of what is written for it; null where they are equal.
    private final int @Nullable [] indexes;

    /// For each character that is written, and for the end, its first byte; null where each is one.
    private final int @Nullable [] offsets;

    JavaText(byte[] source) {
        written = new String(source, StandardCharsets.UTF_8);
        offsets = written.length() == source.length ? null : offsets(written);
        if (!written.contains("\\u")) {
            text = written;
            indexes = null;
            return;
        }
        StringBuilder read = new StringBuilder(written.length());
        indexes = new int[written.length() + 1];
        for (int i = 0; i < written.length(); ) {
            char c = written.charAt(i);
            int end = i + 1;
            int digits = c == '\\' ? escapeDigits(written, i) : -1;
            if (digits > 0) {
                c = (char) Integer.parseInt(written, digits, digits + 4, 16);
                end = digits + 4;
            } else if (c == '\\' && end < written.length() && written.charAt(end) == '\\') {
                indexes[read.length()] = i++;
                read.append('\\');
                end = i + 1;
            }
            indexes[read.length()] = i;
            read.append(c);
            i = end;
        }
        indexes[read.length()] = written.length();
        text = read.toString();
    }

    /// Where the four digits of a Unicode escape begin, any number of `u` being allowed; -1 where there is none.
    private static int escapeDigits(String raw, int backslash) {
        int at = backslash + 1;
        while (at < raw.length() && raw.charAt(at) == 'u') {
            at++;
        }
        if (at == backslash + 1 || at + 4 > raw.length()) {
            return -1;
        }
        for (int i = at; i < at + 4; i++) {
            if (Character.digit(raw.charAt(i), 16) < 0 || raw.charAt(i) > 127) {
                return -1;
            }
        }
        return at;
    }

    private static int[] offsets(String written) {
        int[] offsets = new int[written.length() + 1];
        int offset = 0;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            offsets[i] = offset;
            offset += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        offsets[written.length()] = offset;
        return offsets;
    }

    /// With its escapes.
    String written() {
        return written;
    }

    /// Without.
    String text() {
        return text;
    }

    /// The index of what is written for a character of [#text].
    int written(int character) {
        int inside = Math.clamp(character, 0, text.length());
        return indexes == null ? inside : indexes[inside];
    }

    /// The byte in the file where a character that is written begins.
    int offset(int character) {
        int inside = Math.clamp(character, 0, written.length());
        return offsets == null ? inside : offsets[inside];
    }
}
