package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/// The documents whose vectors are nearest, in one view of the index.
@FunctionalInterface
interface NearestRows {
    /// @param filter that all of them pass
    ScoreDoc[] to(Probe probe, Fidelity fidelity, Query filter) throws IOException;

    /// As the index itself finds them.
    static NearestRows in(IndexSearcher searcher) {
        return (probe, fidelity, filter) -> {
            String field = fidelity == Fidelity.SKETCH ? Schema.SKETCH : Schema.VECTOR;
            Query nearest = new KnnFloatVectorQuery(field, probe.vector(), probe.candidates(), filter);
            return searcher.search(nearest, probe.candidates()).scoreDocs;
        };
    }

    /// As somebody else says, or as the index finds them where that is too little.
    static NearestRows of(Neighbours neighbours, Collection<Partition> partitions, IndexSearcher searcher) {
        return (probe, fidelity, filter) -> {
            List<String> names = neighbours.of(fidelity, probe, partitions);
            if (!names.isEmpty()) {
                Query named = new TermInSetQuery(
                        Schema.NAME, names.stream().map(BytesRef::new).toList());
                if (searcher.count(named) < names.size()) {
                    neighbours.strangers(strangers(names, searcher));
                }
                Query filtered = new BooleanQuery.Builder()
                        .add(named, Occur.FILTER)
                        .add(filter, Occur.FILTER)
                        .build();
                ScoreDoc[] rows = searcher.search(filtered, names.size()).scoreDocs;
                if (rows.length >= probe.candidates()) {
                    return rows;
                }
            }
            return in(searcher).to(probe, fidelity, filter);
        };
    }

    private static List<String> strangers(List<String> names, IndexSearcher searcher) throws IOException {
        List<String> strangers = new ArrayList<>();
        for (String name : names) {
            if (searcher.count(new TermQuery(new Term(Schema.NAME, name))) == 0) {
                strangers.add(name);
            }
        }
        return strangers;
    }
}
