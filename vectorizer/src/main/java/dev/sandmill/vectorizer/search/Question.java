package dev.sandmill.vectorizer.search;

import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.words.CodeWords;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What a query asks for: a meaning, in a sentence, or a name.
///
/// @param words of the query
/// @param names written in the query that can only be identifiers, each as [CodeWords] has it as a whole
/// @param isName whether the query is nothing but a name
record Question(Set<String> words, Set<String> names, boolean isName) {
    private static final double NAMED_SYMBOL = 1.3;
    private static final double NAMED_FILE = 1.1;
    private static final double ASIDE = 0.9;

    private static final Pattern NAME = Pattern.compile("[\\w.:#$()/-]{1,200}");
    private static final Pattern BETWEEN_IDENTIFIERS = Pattern.compile("\\W+");
    private static final Set<String> ASIDES = Set.copyOf(
            CodeWords.of("test tests testing it spec specs example examples sample demo doc docs fixture benchmark"));

    Question {
        words = Set.copyOf(words);
        names = Set.copyOf(names);
    }

    static Question of(String query) {
        String trimmed = query.strip();
        boolean isName = NAME.matcher(trimmed).matches();
        Set<String> names = new HashSet<>();
        for (String identifier : BETWEEN_IDENTIFIERS.split(trimmed)) {
            List<String> parts = CodeWords.of(identifier);
            if (parts.size() > 1 || (isName && parts.size() == 1)) {
                names.add(parts.getLast());
            }
        }
        return new Question(new HashSet<>(CodeWords.of(trimmed)), names, isName);
    }

    /// A factor around 1.
    double weightOf(Posting posting) {
        double weight = 1;
        String symbol = posting.symbol();
        if (symbol != null && isNamed(symbol.substring(symbol.lastIndexOf('.') + 1))) {
            weight *= NAMED_SYMBOL;
        }
        String path = posting.path();
        String file = path.substring(path.lastIndexOf('/') + 1);
        int extension = file.indexOf('.', 1);
        if (isNamed(extension < 0 ? file : file.substring(0, extension))) {
            weight *= NAMED_FILE;
        }
        return isAside(path) ? weight * ASIDE : weight;
    }

    private boolean isNamed(String name) {
        List<String> parts = CodeWords.of(name);
        return !parts.isEmpty() && names.contains(parts.getLast());
    }

    /// Tests, examples and documents, unless they are asked for.
    private boolean isAside(String path) {
        return CodeWords.of(path).stream().anyMatch(word -> ASIDES.contains(word) && !words.contains(word));
    }
}
