package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.words.CodeWords;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/// A question's words, each worth a little more where a symbol's name, a summary or the path has it too. No syntax:
/// whatever is in
/// the
/// question is looked for.
final class WordQuery {
    private static final int MAX_WORDS = 64;
    private static final float SYMBOL_BOOST = 0.1f;
    private static final float PATH_BOOST = 0.3f;
    private static final float SUMMARY_BOOST = 0.4f;

    /// Words of questions that say nothing about code.
    private static final Set<String> STOP_WORDS = Set.of(
            "a", "an", "the", "of", "to", "in", "on", "is", "are", "do", "doe", "how", "what", "where", "which", "when",
            "and", "or", "with", "for", "i", "my", "that", "thi", "it", "be", "can", "we", "you", "if", "from", "by",
            "as", "at");

    private WordQuery() {}

    static Query of(String text) {
        Set<String> words = new LinkedHashSet<>(CodeWords.of(text));
        if (!STOP_WORDS.containsAll(words)) {
            words.removeAll(STOP_WORDS);
        }
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        words.stream().limit(MAX_WORDS).forEach(word -> {
            query.add(new TermQuery(new Term(Schema.BODY, word)), Occur.SHOULD);
            query.add(boosted(Schema.SYMBOL_WORDS, word, SYMBOL_BOOST), Occur.SHOULD);
            query.add(boosted(Schema.PATH_WORDS, word, PATH_BOOST), Occur.SHOULD);
            query.add(boosted(Schema.SUMMARY, word, SUMMARY_BOOST), Occur.SHOULD);
        });
        return query.build();
    }

    private static Query boosted(String field, String word, float boost) {
        return new BoostQuery(new TermQuery(new Term(field, word)), boost);
    }
}
