package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Fidelity;
import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.jspecify.annotations.Nullable;

/// The vectors of one leaf's rows, each in one of two fields. Documents have to be asked for in ascending
/// order; for one thread.
final class RowVectors {
    private final Column exact;
    private final Column sketches;

    private RowVectors(Column exact, Column sketches) {
        this.exact = exact;
        this.sketches = sketches;
    }

    static RowVectors of(LeafReaderContext leaf) throws IOException {
        return new RowVectors(Column.of(leaf, Schema.VECTOR), Column.of(leaf, Schema.SKETCH));
    }

    Fidelity fidelity(int document) throws IOException {
        return exact.isAt(document) ? Fidelity.EXACT : Fidelity.SKETCH;
    }

    /// A copy.
    float[] vector(int document) throws IOException {
        Column column = exact.isAt(document) ? exact : sketches;
        float[] vector = column.vector(document);
        if (vector == null) {
            throw new IllegalStateException("a document of the index has no vector");
        }
        return vector;
    }

    private record Column(@Nullable FloatVectorValues values, KnnVectorValues.@Nullable DocIndexIterator at) {
        static Column of(LeafReaderContext leaf, String field) throws IOException {
            FloatVectorValues values = leaf.reader().getFloatVectorValues(field);
            return new Column(values, values == null ? null : values.iterator());
        }

        boolean isAt(int document) throws IOException {
            return at != null && (at.docID() == document || at.docID() < document && at.advance(document) == document);
        }

        float @Nullable [] vector(int document) throws IOException {
            return values != null && at != null && isAt(document)
                    ? values.vectorValue(at.index()).clone()
                    : null;
        }
    }
}
