package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Held;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;

/// Reads everything that a query matches, live documents only, without scores.
final class Scan {
    private Scan() {}

    static List<Held> held(IndexSearcher searcher, Query query) throws IOException {
        List<Held> held = new ArrayList<>();
        each(searcher, query, (leaf, documents) -> {
            FloatVectorValues vectors = leaf.reader().getFloatVectorValues(Schema.VECTOR);
            KnnVectorValues.DocIndexIterator at = vectors.iterator();
            for (int document : documents) {
                if (at.advance(document) != document) {
                    throw new IllegalStateException("a document of the index has no vector");
                }
                String fingerprint = Schema.fingerprint(leaf.reader().storedFields(), document);
                held.add(new Held(fingerprint, vectors.vectorValue(at.index()).clone()));
            }
        });
        return held;
    }

    static List<String> paths(IndexSearcher searcher, Query query) throws IOException {
        List<String> paths = new ArrayList<>();
        each(searcher, query, (leaf, documents) -> {
            SortedDocValues values = leaf.reader().getSortedDocValues(Schema.PATH);
            for (int document : documents) {
                if (!values.advanceExact(document)) {
                    throw new IllegalStateException("a document of the index has no path");
                }
                paths.add(values.lookupOrd(values.ordValue()).utf8ToString());
            }
        });
        return paths;
    }

    private static void each(IndexSearcher searcher, Query query, Visitor visitor) throws IOException {
        Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Scorer scorer = weight.scorer(leaf);
            if (scorer == null) {
                continue;
            }
            Bits live = leaf.reader().getLiveDocs();
            List<Integer> documents = new ArrayList<>();
            DocIdSetIterator iterator = scorer.iterator();
            for (int at = iterator.nextDoc(); at != DocIdSetIterator.NO_MORE_DOCS; at = iterator.nextDoc()) {
                if (live == null || live.get(at)) {
                    documents.add(at);
                }
            }
            if (!documents.isEmpty()) {
                visitor.visit(leaf, documents);
            }
        }
    }

    @FunctionalInterface
    private interface Visitor {
        /// @param documents of the leaf, ascending
        void visit(LeafReaderContext leaf, List<Integer> documents) throws IOException;
    }
}
