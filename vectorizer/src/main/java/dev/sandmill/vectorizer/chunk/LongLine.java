package dev.sandmill.vectorizer.chunk;

import java.util.ArrayList;
import java.util.List;

/// Cuts one line that is too large: between words, and inside of a word only where it does not fit alone. Never
/// between the two halves of a code point.
final class LongLine {
    private static final int CHARS_PER_TOKEN_GUESS = 4;

    private final ChunkLimits limits;
    private final TokenCounter tokenCounter;

    LongLine(ChunkLimits limits, TokenCounter tokenCounter) {
        this.limits = limits;
        this.tokenCounter = tokenCounter;
    }

    /// The ends of the parts, as offsets into the line; the last is its length.
    List<Integer> cut(String line) {
        List<Integer> ends = new ArrayList<>();
        int partStart = 0;
        int partTokens = 0;
        for (int at = 0; at < line.length(); ) {
            int wordEnd = wordEnd(line, at);
            int tokens = tokenCounter.count(line.substring(at, wordEnd));
            boolean joins = partTokens + tokens <= limits.bodyTokens() && wordEnd - partStart <= limits.maxChars();
            if (!joins && at > partStart) {
                ends.add(at);
                partStart = at;
                partTokens = 0;
            } else if (!joins) {
                at = hardEnd(line, at, wordEnd);
                ends.add(at);
                partStart = at;
                partTokens = 0;
            } else {
                partTokens += tokens;
                at = wordEnd;
            }
        }
        if (partStart < line.length()) {
            ends.add(line.length());
        }
        return ends;
    }

    /// After the word and the whitespace that follows it. Words are looked at up to the length of one chunk.
    private int wordEnd(String line, int from) {
        int limit = Math.min(line.length(), from + limits.maxChars() + 1);
        int at = from;
        while (at < limit && !Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        while (at < limit && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private int hardEnd(String line, int from, int wordEnd) {
        int length = Math.min(wordEnd - from, Math.min(limits.maxChars(), limits.bodyTokens() * CHARS_PER_TOKEN_GUESS));
        int end = onCodePoint(line, from, from + length);
        while (end - from > 2 && tokenCounter.count(line.substring(from, end)) > limits.bodyTokens()) {
            end = onCodePoint(line, from, from + (end - from) / 2);
        }
        return end;
    }

    private static int onCodePoint(String line, int from, int end) {
        boolean insidePair = end < line.length()
                && Character.isLowSurrogate(line.charAt(end))
                && Character.isHighSurrogate(line.charAt(end - 1));
        if (!insidePair) {
            return end;
        }
        return end - 1 > from ? end - 1 : end + 1;
    }
}
