package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Held;
import dev.sandmill.vectorizer.store.SketchedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.Document;
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
            RowVectors vectors = RowVectors.of(leaf);
            for (int document : documents) {
                Document made = Schema.made(leaf.reader().storedFields(), document);
                held.add(new Held(
                        Schema.text(made, Schema.FINGERPRINT),
                        vectors.vector(document),
                        vectors.fidelity(document),
                        Schema.table(made)));
            }
        });
        return held;
    }

    static List<Entry> rows(IndexSearcher searcher, Query query) throws IOException {
        return rows(searcher, query, Integer.MAX_VALUE);
    }

    /// At most so many, as far from one another as they lie.
    static List<Entry> rows(IndexSearcher searcher, Query query, int most) throws IOException {
        List<Entry> rows = new ArrayList<>();
        int step = Math.max(1, Math.ceilDiv(searcher.count(query), most));
        int[] passed = {0};
        each(searcher, query, (leaf, documents) -> {
            RowVectors vectors = RowVectors.of(leaf);
            for (int document : documents) {
                if (passed[0]++ % step == 0) {
                    Document row = leaf.reader().storedFields().document(document);
                    rows.add(new Entry(
                            Schema.posting(row),
                            vectors.vector(document),
                            vectors.fidelity(document),
                            Schema.table(row)));
                }
            }
        });
        return rows;
    }

    /// A file's rows lie side by side in one leaf, so that the first ones found are whole files.
    static List<SketchedFile> sketched(IndexSearcher searcher, Query query, Set<String> except, int limit)
            throws IOException {
        List<SketchedFile> files = new ArrayList<>();
        each(searcher, query, (leaf, documents) -> {
            SortedDocValues paths = leaf.reader().getSortedDocValues(Schema.PATH);
            int lastOrdinal = -1;
            String blobId = "";
            List<String> fingerprints = new ArrayList<>();
            for (int document : documents) {
                if (files.size() >= limit) {
                    return;
                }
                if (!paths.advanceExact(document)) {
                    throw new IllegalStateException("a document of the index has no path");
                }
                if (paths.ordValue() != lastOrdinal) {
                    add(files, fingerprints, paths, lastOrdinal, blobId);
                    lastOrdinal = paths.ordValue();
                    fingerprints = new ArrayList<>();
                }
                if (!except.contains(paths.lookupOrd(lastOrdinal).utf8ToString())) {
                    Document identity = Schema.identity(leaf.reader().storedFields(), document);
                    fingerprints.add(Schema.text(identity, Schema.FINGERPRINT));
                    blobId = Schema.text(identity, Schema.BLOB);
                }
            }
            if (files.size() < limit) {
                add(files, fingerprints, paths, lastOrdinal, blobId);
            }
        });
        return files;
    }

    private static void add(
            List<SketchedFile> files, List<String> fingerprints, SortedDocValues paths, int ordinal, String blobId)
            throws IOException {
        if (!fingerprints.isEmpty()) {
            files.add(new SketchedFile(paths.lookupOrd(ordinal).utf8ToString(), blobId, fingerprints));
        }
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
