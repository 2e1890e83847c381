package dev.sandmill.sandbox.syntax;

import java.util.Arrays;

/// How far the compiler looks ahead to tell `a < b` from a type, a cast from brackets and a pattern from an
/// expression. It does so at each place anew, and moves all that it has seen by one for each word: a file of
/// `f(a<b,a<b,…)` takes it minutes. Follows the characters of a file outside of comments and literals.
final class JavaLookahead {
    /// About half a second of the compiler's time.
    private static final long MAX_COST = 100_000_000;

    /// Looking ahead over a text costs as much as reading this part of its square.
    private static final int MOVES = 100;

    /// What ends each way of looking ahead, in the brackets where it stands.
    private static final String ENDS = ";{}=+-*/%!|^~:\"'";

    private int[] starts = new int[16];
    private int[] from = new int[16];
    private boolean[] isLabel = new boolean[16];
    private int level;
    private long cost;

    boolean isTooFar() {
        return cost > MAX_COST;
    }

    /// @param before the character before it, blanks left out
    /// @param isCall whether an opening bracket is that of a call
    void next(int at, char c, char before, boolean isCall) {
        switch (c) {
            case '(', '[', '{' -> {
                if (c == '{') {
                    end(at);
                }
                open(at, c == '(' && !isCall);
            }
            case ')', ']', '}' -> {
                end(at);
                level = Math.max(0, level - 1);
                if (c == '}') {
                    end(at);
                }
            }
            case '<' -> starts[level]++;
            case '>' -> {
                if (before == '-') {
                    end(at);
                } else {
                    starts[level] = Math.max(0, starts[level] - 1);
                }
            }
            case ',' -> {
                if (isLabel[level] && (before == ')' || before == ']')) {
                    starts[level]++;
                }
            }
            default -> {
                if (ENDS.indexOf(c) >= 0 || Character.isDigit(c)) {
                    end(at);
                }
            }
        }
    }

    /// A `case`, after which each label may be a pattern.
    void label(int at) {
        end(at);
        isLabel[level] = true;
        starts[level] = 1;
    }

    private void open(int at, boolean mayBeCast) {
        level++;
        if (level == starts.length) {
            starts = Arrays.copyOf(starts, 2 * level);
            from = Arrays.copyOf(from, 2 * level);
            isLabel = Arrays.copyOf(isLabel, 2 * level);
        }
        starts[level] = mayBeCast ? 1 : 0;
        from[level] = at;
        isLabel[level] = false;
    }

    private void end(int at) {
        long length = at - from[level];
        if (starts[level] > 0) {
            cost += starts[level] * length + length * length / MOVES;
        }
        starts[level] = 0;
        from[level] = at;
        isLabel[level] = false;
    }
}
