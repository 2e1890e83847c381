package dev.sandmill.vectorizer.chunk;

import java.util.Arrays;

/// A text by lines, with prefix sums over tokens, characters and bytes, so that any range of lines is measured in
/// constant time. A line keeps its line end. Lines are counted from 0, ranges exclude their end.
final class MeasuredText {
    private final String text;
    private final int[] lineStarts;
    private final int[] tokensBefore;
    private final int[] charsBefore;
    private final int[] bytesBefore;

    private MeasuredText(String text, int[] lineStarts, int[] tokensBefore, int[] charsBefore, int[] bytesBefore) {
        this.text = text;
        this.lineStarts = lineStarts;
        this.tokensBefore = tokensBefore;
        this.charsBefore = charsBefore;
        this.bytesBefore = bytesBefore;
    }

    static MeasuredText of(String text, TokenCounter counter) {
        return of(text, (line, from, to) -> {
            String lineText = text.substring(from, to);
            return lineText.isBlank() ? 0 : counter.count(lineText);
        });
    }

    /// @param tokens of each line, as somebody counted them
    static MeasuredText of(String text, int[] tokens) {
        return of(text, (line, from, to) -> tokens[line]);
    }

    private static MeasuredText of(String text, LineTokens counted) {
        int[] starts = lineStarts(text);
        int lines = starts.length - 1;
        int[] tokens = new int[lines + 1];
        int[] chars = new int[lines + 1];
        int[] bytes = new int[lines + 1];
        for (int line = 0; line < lines; line++) {
            int from = starts[line];
            int to = starts[line + 1];
            tokens[line + 1] = tokens[line] + counted.of(line, from, to);
            chars[line + 1] = chars[line] + to - from - (text.startsWith("\r\n", to - 2) && to - from > 1 ? 1 : 0);
            bytes[line + 1] = bytes[line] + utf8Length(text, from, to);
        }
        return new MeasuredText(text, starts, tokens, chars, bytes);
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[text.length() / 24 + 8];
        int count = 0;
        for (int at = 0; at < text.length(); ) {
            if (count + 1 >= starts.length) {
                starts = Arrays.copyOf(starts, starts.length * 2);
            }
            starts[count++] = at;
            int newline = text.indexOf('\n', at);
            at = newline < 0 ? text.length() : newline + 1;
        }
        starts[count] = text.length();
        return Arrays.copyOf(starts, count + 1);
    }

    /// As `String.getBytes(UTF_8)` does it: a lone surrogate becomes one byte, `?`.
    static int utf8Length(String text, int from, int to) {
        int length = 0;
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            if (c < 0x80) {
                length++;
            } else if (c < 0x800) {
                length += 2;
            } else if (!Character.isSurrogate(c)) {
                length += 3;
            } else if (Character.isHighSurrogate(c) && at + 1 < to && Character.isLowSurrogate(text.charAt(at + 1))) {
                length += 4;
                at++;
            } else {
                length++;
            }
        }
        return length;
    }

    String text() {
        return text;
    }

    int lines() {
        return lineStarts.length - 1;
    }

    int charOf(int line) {
        return lineStarts[line];
    }

    int byteOf(int line) {
        return bytesBefore[line];
    }

    int tokens(int fromLine, int toLine) {
        return tokensBefore[toLine] - tokensBefore[fromLine];
    }

    /// A line end counts one, whichever it is.
    int chars(int fromLine, int toLine) {
        return charsBefore[toLine] - charsBefore[fromLine];
    }

    /// Without its line end.
    String line(int line) {
        int end = lineStarts[line + 1];
        while (end > lineStarts[line] && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(lineStarts[line], end);
    }

    boolean isBlank(int line) {
        for (int at = lineStarts[line]; at < lineStarts[line + 1]; at++) {
            if (!Character.isWhitespace(text.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    @FunctionalInterface
    private interface LineTokens {
        int of(int line, int from, int to);
    }
}
