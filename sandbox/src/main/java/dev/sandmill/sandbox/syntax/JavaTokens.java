package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The words and brackets of a Java file, found without a grammar: what is inside of comments and literals is left out.
/// What would take the parser too much stack or time is found here, before it is asked.
final class JavaTokens {
    /// Deeper brackets are refused; the parser descends once for each, and looks ahead from each.
    static final int MAX_DEPTH = 250;
    /// More signs, assignments, dots and calls in one expression are refused, and more alternatives in a file:
    /// the parser descends once for each, without a bracket, and takes seconds for ten thousand. Sums may be
    /// of any length.
    static final int MAX_OPERATORS = 3_000;

    static final int MAX_ELSES = 3_000;
    /// Words that a value may stand after.
    private static final Set<String> BEFORE_VALUES =
            Set.of("return", "case", "yield", "else", "do", "assert", "throw", "when");

    private static final String OPERATORS = "=!~?:-<>.)";

    private final String text;
    private final @Nullable List<Word> words;
    private final JavaLookahead lookahead = new JavaLookahead();
    private int tooDeepAt = -1;
    private int longestRun;
    private int elses;
    private int wordStart;
    private int wordEnd;

    /// An identifier or keyword.
    ///
    /// @param afterDot whether a `.` or `::` stands before it
    record Word(String text, int start, boolean afterDot) {}

    JavaTokens(String text) {
        this(text, null);
    }

    private JavaTokens(String text, @Nullable List<Word> words) {
        this.text = text;
        this.words = words;
        scan();
    }

    /// All of a file; asked for only where the parser does not understand it.
    static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        new JavaTokens(text, words);
        return words;
    }

    /// Where the code is nested too deeply, with or without brackets; -1 where it is not.
    int tooDeepAt() {
        return tooDeepAt;
    }

    /// Whether a parse surely needs little stack: no long chains of operators, calls or alternatives.
    boolean isShallow() {
        return longestRun < 600 && elses < 60;
    }

    private void scan() {
        int depth = 0;
        int run = 0;
        int operators = 0;
        char before = ' ';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || Character.isWhitespace(c)) {
                continue;
            }
            if (c == '/' && i + 1 < text.length() && (text.charAt(i + 1) == '/' || text.charAt(i + 1) == '*')) {
                i = comment(i);
                continue;
            }
            run++;
            operators = ";,{}".indexOf(c) >= 0 ? 0 : operators + (descends(c, before) ? 1 : 0);
            lookahead.next(i, c, before, c == '(' && isCall(before));
            if ((operators > MAX_OPERATORS || elses > MAX_ELSES || lookahead.isTooFar()) && tooDeepAt < 0) {
                tooDeepAt = i;
            }
            switch (c) {
                case '"', '\'' -> i = literal(i, c);
                case '(', '[', '{' -> {
                    if (++depth > MAX_DEPTH && tooDeepAt < 0) {
                        tooDeepAt = i;
                    }
                }
                case ')', ']', '}' -> depth--;
                case ';' -> run = 0;
                default -> {
                    if (Character.isJavaIdentifierStart(c)) {
                        int end = i + 1;
                        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
                            end++;
                        }
                        word(i, end, before == '.' || before == ':');
                        i = end - 1;
                    } else if (Character.isDigit(c)) {
                        while (i + 1 < text.length() && Character.isJavaIdentifierPart(text.charAt(i + 1))) {
                            i++;
                        }
                    }
                }
            }
            longestRun = Math.max(longestRun, run);
            before = c;
        }
    }

    private static boolean descends(char c, char before) {
        return OPERATORS.indexOf(c) >= 0
                || c == '+' && (before == '+' || before == '(' || OPERATORS.indexOf(before) >= 0);
    }

    /// Whether arguments or a condition follow, and not a value in brackets.
    private boolean isCall(char before) {
        boolean afterWord = Character.isJavaIdentifierPart(before) && !Character.isDigit(before);
        return afterWord && !(wordEnd - wordStart <= 6 && BEFORE_VALUES.contains(text.substring(wordStart, wordEnd)))
                || before == '>';
    }

    private void word(int start, int end, boolean afterDot) {
        wordStart = start;
        wordEnd = end;
        if (end - start == 4 && text.startsWith("else", start)) {
            elses++;
        }
        if (end - start == 4 && text.startsWith("case", start)) {
            lookahead.label(start);
        }
        if (words != null) {
            StringBuilder visible = new StringBuilder(end - start);
            text.substring(start, end)
                    .chars()
                    .filter(c -> !Character.isIdentifierIgnorable(c))
                    .forEach(c -> visible.append((char) c));
            words.add(new Word(visible.toString(), start, afterDot));
        }
    }

    private int comment(int start) {
        boolean line = text.charAt(start + 1) == '/';
        int end = line ? lineEnd(start) : text.indexOf("*/", start + 2);
        return end < 0 ? text.length() : line ? end : end + 1;
    }

    private int lineEnd(int start) {
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) == '\n' || text.charAt(i) == '\r') {
                return i;
            }
        }
        return text.length();
    }

    private int literal(int start, char quote) {
        if (text.startsWith("\"\"\"", start)) {
            int i = start + 3;
            while (i < text.length() && !text.startsWith("\"\"\"", i)) {
                i += text.charAt(i) == '\\' ? 2 : 1;
            }
            return i + 2;
        }
        for (int i = start + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == quote || c == '\n' || c == '\r') {
                return i;
            }
        }
        return text.length();
    }
}
