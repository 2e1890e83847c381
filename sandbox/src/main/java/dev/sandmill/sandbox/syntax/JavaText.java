package dev.sandmill.sandbox.syntax;

import com.github.javaparser.ast.expr.LiteralStringValueExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.TextBlockLiteralExpr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Java source as the compiler reads it: `\u0052untime` is `Runtime` before anything else is looked at. Knows where
/// each character stands in the file.
final class JavaText {
    private final String text;
    private final int[] offsets;

    private JavaText(String text, int[] offsets) {
        this.text = text;
        this.offsets = offsets;
    }

    static JavaText of(byte[] source) {
        String raw = new String(source, StandardCharsets.UTF_8);
        StringBuilder read = new StringBuilder(raw.length());
        int[] offsets = new int[raw.length() + 1];
        int offset = 0;
        for (int i = 0; i < raw.length(); ) {
            char c = raw.charAt(i);
            int end = i + 1;
            int digits = c == '\\' ? escapeDigits(raw, i) : -1;
            if (digits > 0) {
                c = (char) Integer.parseInt(raw, digits, digits + 4, 16);
                end = digits + 4;
            } else if (c == '\\' && end < raw.length() && raw.charAt(end) == '\\') {
                offsets[read.length()] = offset++;
                read.append('\\');
                i++;
                end = i + 1;
            }
            offsets[read.length()] = offset;
            read.append(c);
            offset += bytes(raw, i, end);
            i = end;
        }
        offsets[read.length()] = offset;
        return new JavaText(read.toString(), offsets);
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

    private static int bytes(String raw, int start, int end) {
        int count = 0;
        for (int i = start; i < end; i++) {
            char c = raw.charAt(i);
            count += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return count;
    }

    /// Where the lines of a text begin.
    static int[] lineStarts(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n')) {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, 2 * count);
                }
                starts[count++] = i + 1;
            }
        }
        return Arrays.copyOf(starts, count);
    }

    /// What a literal stands for. One whose escapes nobody can read, which does not compile either, is as it is
    /// written.
    static String of(LiteralStringValueExpr literal) {
        try {
            return switch (literal) {
                case StringLiteralExpr line -> line.asString();
                case TextBlockLiteralExpr block -> block.asString();
                default -> literal.getValue();
            };
        } catch (IllegalArgumentException noEscape) {
            return literal.getValue();
        }
    }

    String text() {
        return text;
    }

    /// The byte in the file where a character begins.
    int offset(int character) {
        return offsets[Math.clamp(character, 0, text.length())];
    }
}
