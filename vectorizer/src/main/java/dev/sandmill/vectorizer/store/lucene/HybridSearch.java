package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.Watermark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;

/// One search in one view of the index: the best by exact vector, the best by sketch and the best by words, each with
/// the scores of vector and words.
final class HybridSearch {
    private final IndexSearcher searcher;
    private final Watermarks watermarks;
    private final NearestRows nearest;

    HybridSearch(IndexSearcher searcher, Watermarks watermarks, NearestRows nearest) {
        this.searcher = searcher;
        this.watermarks = watermarks;
        this.nearest = nearest;
    }

    List<Found> find(Probe probe, Collection<String> partitions) throws IOException {
        Query filter = filter(probe, partitions);
        Query words = WordQuery.of(probe.text());
        Query filteredWords = new BooleanQuery.Builder()
                .add(words, Occur.MUST)
                .add(filter, Occur.FILTER)
                .build();
        SortedSet<Integer> documents = new TreeSet<>();
        for (Fidelity fidelity : Fidelity.values()) {
            for (ScoreDoc hit : nearest.to(probe, fidelity, filter)) {
                documents.add(hit.doc);
            }
        }
        for (ScoreDoc hit : searcher.search(filteredWords, probe.candidates()).scoreDocs) {
            documents.add(hit.doc);
        }
        return found(documents, probe.vector(), scores(words, documents));
    }

    private static Query filter(Probe probe, Collection<String> partitions) {
        BooleanQuery.Builder filter = new BooleanQuery.Builder().add(oneOf(Schema.PARTITION, partitions), Occur.FILTER);
        if (!probe.languages().isEmpty()) {
            filter.add(oneOf(Schema.LANGUAGE, probe.languages()), Occur.FILTER);
        }
        String prefix = probe.pathPrefix();
        if (prefix != null && !prefix.isEmpty()) {
            filter.add(new PrefixQuery(new Term(Schema.PATH, prefix)), Occur.FILTER);
        }
        return filter.build();
    }

    private static Query oneOf(String field, Collection<String> values) {
        return new TermInSetQuery(field, values.stream().map(BytesRef::new).toList());
    }

    /// Cosines are exact, from the vectors as they were given, not from their quantised form.
    private List<Found> found(SortedSet<Integer> documents, float[] question, Map<Integer, Double> words)
            throws IOException {
        List<Found> found = new ArrayList<>(documents.size());
        StoredFields fields = searcher.storedFields();
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            SortedSet<Integer> inLeaf = inLeaf(documents, leaf);
            if (inLeaf.isEmpty()) {
                continue;
            }
            RowVectors vectors = RowVectors.of(leaf);
            for (int id : inLeaf) {
                Document document = fields.document(id);
                String repository = Schema.repository(document);
                float[] vector = vectors.vector(id - leaf.docBase);
                found.add(new Found(
                        repository,
                        watermarks.of(repository).map(Watermark::commit).orElse(""),
                        Schema.posting(document),
                        VectorUtil.dotProduct(question, vector),
                        words.getOrDefault(id, 0.0),
                        vectors.fidelity(id - leaf.docBase),
                        vector));
            }
        }
        return found;
    }

    private Map<Integer, Double> scores(Query query, SortedSet<Integer> documents) throws IOException {
        Map<Integer, Double> scores = new HashMap<>();
        Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE, 1);
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            SortedSet<Integer> inLeaf = inLeaf(documents, leaf);
            Scorer scorer = inLeaf.isEmpty() ? null : weight.scorer(leaf);
            if (scorer == null) {
                continue;
            }
            for (int id : inLeaf) {
                int local = id - leaf.docBase;
                int at = scorer.docID() < local ? scorer.iterator().advance(local) : scorer.docID();
                if (at == local) {
                    scores.put(id, (double) scorer.score());
                }
            }
        }
        return scores;
    }

    private static SortedSet<Integer> inLeaf(SortedSet<Integer> documents, LeafReaderContext leaf) {
        return documents.subSet(leaf.docBase, leaf.docBase + leaf.reader().maxDoc());
    }
}
