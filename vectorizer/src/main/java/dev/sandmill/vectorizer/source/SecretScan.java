package dev.sandmill.vectorizer.source;

import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/// Finds private keys and access tokens by their fixed prefixes and lengths. Precise rather than complete: what is
/// found is almost certainly a credential. No regular expressions; linear in the text.
final class SecretScan {
    private static final String KEY_BEGIN = "-----BEGIN ";
    private static final String KEY_WORDS = "PRIVATE KEY";
    private static final int KEY_LABEL_CHARS = 60;
    private static final int KEY_HEAD_CHARS = 400;
    private static final int KEY_BODY_RUN = 40;
    private static final int MIN_DISTINCT_CHARS = 8;

    private final List<Token> tokens;

    SecretScan() {
        tokens = RuleLines.read("secret-tokens.txt").stream().map(Token::of).toList();
    }

    boolean findsIn(String text) {
        return hasPrivateKey(text) || tokens.stream().anyMatch(token -> token.isIn(text));
    }

    /// A `BEGIN … PRIVATE KEY` line with a key after it, not just a mention of the line.
    private static boolean hasPrivateKey(String text) {
        for (int at = text.indexOf(KEY_BEGIN); at >= 0; at = text.indexOf(KEY_BEGIN, at + 1)) {
            int words = text.indexOf(KEY_WORDS, at, Math.min(text.length(), at + KEY_LABEL_CHARS));
            if (words >= 0
                    && isLabel(text, at + KEY_BEGIN.length(), words)
                    && hasKeyBody(text, words + KEY_WORDS.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLabel(String text, int from, int to) {
        return text.substring(from, Math.max(from, to)).chars().allMatch(c -> c == ' ' || isAlphanumeric(c));
    }

    private static boolean hasKeyBody(String text, int from) {
        int end = Math.min(text.length(), from + KEY_HEAD_CHARS);
        for (int at = from; at < end; at++) {
            int runEnd = runEnd(text, at, SecretScan::isBase64, KEY_BODY_RUN);
            if (runEnd - at >= KEY_BODY_RUN && distinct(text, at, runEnd) >= MIN_DISTINCT_CHARS) {
                return true;
            }
            at = runEnd;
        }
        return false;
    }

    private static int runEnd(String text, int from, IntPredicate alphabet, int longest) {
        int end = from;
        while (end < text.length() && end - from < longest && alphabet.test(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static long distinct(String text, int from, int to) {
        return text.substring(from, to).chars().distinct().count();
    }

    private static boolean isAlphanumeric(int c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static boolean isBase64(int c) {
        return isAlphanumeric(c) || c == '+' || c == '/';
    }

    /// One kind of token: a prefix and a run of characters of some length.
    private record Token(String prefix, IntPredicate alphabet, int shortest, int longest) {
        static Token of(List<String> columns) {
            if (columns.size() != 4) {
                throw new IllegalStateException("secret-tokens.txt: a line has 4 columns, not: " + columns);
            }
            return new Token(
                    columns.get(0),
                    alphabet(columns.get(1)),
                    Integer.parseInt(columns.get(2)),
                    Integer.parseInt(columns.get(3)));
        }

        private static IntPredicate alphabet(String name) {
            return switch (name) {
                case "upper32" -> c -> c >= 'A' && c <= 'Z' || c >= '2' && c <= '7';
                case "alnum" -> SecretScan::isAlphanumeric;
                case "url" -> c -> isAlphanumeric(c) || c == '-' || c == '_';
                case "dotted" -> c -> isAlphanumeric(c) || c == '-' || c == '_' || c == '.';
                case "path" -> c -> isAlphanumeric(c) || c == '/';
                default -> throw new IllegalStateException("secret-tokens.txt: not an alphabet: " + name);
            };
        }

        boolean isIn(String text) {
            for (int at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
                boolean starts = at == 0 || !isAlphanumeric(text.charAt(at - 1)) && text.charAt(at - 1) != '_';
                int from = at + prefix.length();
                int end = runEnd(text, from, alphabet, longest + 1);
                int length = end - from;
                if (starts && length >= shortest && length <= longest && !isPlaceholder(text, from, end)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isPlaceholder(String text, int from, int to) {
            String run = text.substring(from, to).toLowerCase(Locale.ROOT);
            return run.contains("example")
                    || run.contains("xxxx")
                    || run.contains("1234567890")
                    || run.contains("abcdefgh")
                    || run.chars().distinct().count() < MIN_DISTINCT_CHARS;
        }
    }
}
