package dev.sandmill.vectorizer.search;

import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.words.CodeWords;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What a query asks for: a name, or a meaning.
///
/// @param wordWeight how much matching words count against matching meaning, 0 to 1
record Question(Set<String> words, double wordWeight) {
    private static final double WORD_WEIGHT_OF_NAMES = 0.5;
    private static final double WORD_WEIGHT_OF_SENTENCES = 0.1;
    private static final double NAMED_SYMBOL = 1.2;
    private static final double NAMED_FILE = 1.05;
    private static final double ASIDE = 0.9;

    private static final Pattern NAME = Pattern.compile("\\S{1,200}");
    private static final Set<String> ASIDES =
            Set.of("test", "testing", "spec", "example", "sample", "demo", "doc", "fixture", "benchmark", "vendor");

    Question {
        words = Set.copyOf(words);
    }

    static Question of(String query) {
        String trimmed = query.strip();
        double wordWeight = NAME.matcher(trimmed).matches() ? WORD_WEIGHT_OF_NAMES : WORD_WEIGHT_OF_SENTENCES;
        return new Question(new HashSet<>(CodeWords.of(trimmed)), wordWeight);
    }

    /// A factor around 1.
    double weightOf(Posting posting) {
        double weight = 1;
        String symbol = posting.symbol();
        if (symbol != null && names(symbol.substring(symbol.lastIndexOf('.') + 1))) {
            weight *= NAMED_SYMBOL;
        }
        String path = posting.path();
        String file = path.substring(path.lastIndexOf('/') + 1);
        int extension = file.indexOf('.', 1);
        if (names(extension < 0 ? file : file.substring(0, extension))) {
            weight *= NAMED_FILE;
        }
        List<String> pathWords = CodeWords.of(path);
        boolean aside = pathWords.stream().anyMatch(word -> ASIDES.contains(word) && !words.contains(word));
        return aside ? weight * ASIDE : weight;
    }

    /// Whether the question has the name in it, in whichever spelling.
    private boolean names(String name) {
        List<String> parts = CodeWords.of(name);
        return !parts.isEmpty() && words.containsAll(parts.size() == 1 ? parts : parts.subList(0, parts.size() - 1));
    }
}
