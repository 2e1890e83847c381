package dev.sandmill.sandbox.syntax;

import java.util.Arrays;

/// Where the lines of a source begin, for many questions about one file.
public final class LineStarts {
    private final int[] starts;

    public LineStarts(byte[] source) {
        int count = 1;
        for (byte b : source) {
            count += b == '\n' ? 1 : 0;
        }
        starts = new int[count];
        int line = 1;
        for (int i = 0; i < source.length; i++) {
            if (source[i] == '\n') {
                starts[line++] = i + 1;
            }
        }
    }

    /// From 1.
    int lineOf(int offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /// @param line from 1
    int startOf(int line) {
        return starts[line - 1];
    }
}
