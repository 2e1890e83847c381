package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The text of one file, of which parts are asked for. Short parts that are spelled alike are one object, when they are
/// asked for again soon: a program has few names, each many times. For one thread.
final class SourceText {
    private static final int MAX_SHARED_BYTES = 48;

    /// A power of two.
    private static final int SHARED = 1 << 11;

    private final byte[] source;
    private final @Nullable String[] shared;
    private final int[] sharedStarts;

    SourceText(byte[] source) {
        this.source = source;
        int size = Math.min(SHARED, Math.max(16, Integer.highestOneBit(source.length)));
        shared = new String[size];
        sharedStarts = new int[2 * size];
    }

    /// @param to may lie behind the end, which is it then
    String of(int start, int to) {
        int end = Math.min(to, source.length);
        if (end - start > MAX_SHARED_BYTES) {
            return new String(source, start, end - start, StandardCharsets.UTF_8);
        }
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + source[i];
        }
        hash *= 0x9e3779b9;
        int place = (hash ^ hash >>> 16) & shared.length - 1;
        String known = shared[place];
        int from = sharedStarts[2 * place];
        int until = sharedStarts[2 * place + 1];
        if (known != null && Arrays.equals(source, from, until, source, start, end)) {
            return known;
        }
        String text = new String(source, start, end - start, StandardCharsets.UTF_8);
        shared[place] = text;
        sharedStarts[2 * place] = start;
        sharedStarts[2 * place + 1] = end;
        return text;
    }
}
