package dev.sandmill.vectorizer.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The words in source code and in questions about it: `HTTPServer2_port` is `http server 2 port` and, as a whole,
/// `httpserver2port`. Lower case, plurals cut, characters of scripts without spaces one by one.
public final class CodeWords {
    private static final int MAX_WORD_CHARACTERS = 64;

    private CodeWords() {}

    public static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int start = at;
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            if (Character.isIdeographic(codePoint)) {
                words.add(text.substring(start, at));
            } else if (isPart(codePoint)) {
                while (at < text.length() && isPart(text.codePointAt(at))) {
                    at += Character.charCount(text.codePointAt(at));
                }
                identifier(text.substring(start, at), words);
            }
        }
        return words;
    }

    private static boolean isPart(int codePoint) {
        return (Character.isLetterOrDigit(codePoint) && !Character.isIdeographic(codePoint)) || codePoint == '_';
    }

    private static void identifier(String identifier, List<String> words) {
        int before = words.size();
        int start = 0;
        for (int at = 1; at <= identifier.length(); at++) {
            if (at == identifier.length() || isBoundary(identifier, at)) {
                add(identifier.substring(start, at), words);
                start = at;
            }
        }
        if (words.size() - before > 1) {
            add(identifier, words);
        }
    }

    private static boolean isBoundary(String identifier, int at) {
        char left = identifier.charAt(at - 1);
        char right = identifier.charAt(at);
        if (left == '_' || right == '_') {
            return true;
        }
        if (Character.isDigit(left) != Character.isDigit(right)) {
            return true;
        }
        if (Character.isUpperCase(right)) {
            boolean acronymEnds = at + 1 < identifier.length()
                    && Character.isLowerCase(identifier.charAt(at + 1));
            return Character.isLowerCase(left) || (Character.isUpperCase(left) && acronymEnds);
        }
        return false;
    }

    private static void add(String raw, List<String> words) {
        String word = raw.replace("_", "").toLowerCase(Locale.ROOT);
        if (!word.isEmpty() && word.length() <= MAX_WORD_CHARACTERS) {
            words.add(singular(word));
        }
    }

    private static String singular(String word) {
        boolean plural = word.length() > 3 && word.endsWith("s") && !word.endsWith("ss") && !word.endsWith("us");
        return plural ? word.substring(0, word.length() - 1) : word;
    }
}
