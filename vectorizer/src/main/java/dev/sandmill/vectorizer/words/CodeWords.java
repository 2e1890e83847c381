package dev.sandmill.vectorizer.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The words in source code and in questions about it: `HTTPServer2_port` is `http server 2 port` and, as a whole,
/// `httpserver2port`. Lower case, endings cut, characters of scripts without spaces one by one.
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
            boolean acronymEnds = at + 1 < identifier.length() && Character.isLowerCase(identifier.charAt(at + 1));
            return Character.isLowerCase(left) || (Character.isUpperCase(left) && acronymEnds);
        }
        return false;
    }

    private static void add(String raw, List<String> words) {
        String word = raw.replace("_", "").toLowerCase(Locale.ROOT);
        if (!word.isEmpty() && word.length() <= MAX_WORD_CHARACTERS) {
            words.add(stem(word));
        }
    }

    /// Cuts the endings of English plurals and verbs: `caches`, `cached` and `caching` are `cach`.
    private static String stem(String word) {
        String stem = word;
        if (stem.length() > 3 && stem.endsWith("ies")) {
            stem = stem.substring(0, stem.length() - 3) + "y";
        } else if (stem.length() > 3 && stem.endsWith("s") && !stem.endsWith("ss") && !stem.endsWith("us")) {
            stem = stem.substring(0, stem.length() - 1);
        }
        if (stem.length() > 5 && stem.endsWith("ing")) {
            stem = single(stem.substring(0, stem.length() - 3));
        } else if (stem.length() > 4 && stem.endsWith("ed")) {
            stem = single(stem.substring(0, stem.length() - 2));
        }
        return stem.length() > 3 && stem.endsWith("e") ? stem.substring(0, stem.length() - 1) : stem;
    }

    /// Without the second of two equal letters at the end: `running` is `runn`, is `run`.
    private static String single(String stem) {
        int last = stem.length() - 1;
        return last > 1 && stem.charAt(last) == stem.charAt(last - 1) ? stem.substring(0, last) : stem;
    }
}
