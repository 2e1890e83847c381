package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.words.Summary;
import java.io.IOException;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// How a posting lies in the index: one document each. A change here asks for a new [#VERSION].
final class Schema {
    static final int VERSION = 3;

    static final String PARTITION = "partition";
    static final String REPOSITORY = "repository";
    static final String FILE = "file";
    static final String PATH = "path";
    static final String LANGUAGE = "language";
    static final String FIRST = "first";
    static final String BODY = "body";
    static final String SYMBOL_WORDS = "symbolWords";
    static final String PATH_WORDS = "pathWords";
    static final String SUMMARY = "summary";
    /// Of an exact row; a sketch has [#SKETCH] instead.
    static final String VECTOR = "vector";
    static final String SKETCH = "sketch";
    static final String IS_SKETCH = "isSketch";
    /// Which token table made a sketch; rows of before that was noted have none.
    static final String TABLE = "table";

    static final String FINGERPRINT = "fingerprint";
    /// Of rows whose vectors are searched elsewhere.
    static final String NAME = "name";

    static final String BLOB = "blob";
    private static final String START_LINE = "startLine";
    private static final String END_LINE = "endLine";
    private static final String SYMBOL = "symbol";
    private static final String KIND = "kind";
    private static final String TEXT = "text";
    private static final String HEADER = "header";

    private static final FieldType WORDS = words();

    private Schema() {}

    private static FieldType words() {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        type.freeze();
        return type;
    }

    static Document document(Partition partition, Entry entry, boolean first) {
        Posting posting = entry.posting();
        Document document = new Document();
        document.add(new StringField(PARTITION, key(partition), Field.Store.NO));
        document.add(new StringField(REPOSITORY, partition.repository(), Field.Store.YES));
        document.add(new StringField(FILE, key(partition, posting.path()), Field.Store.NO));
        document.add(new StringField(PATH, posting.path(), Field.Store.YES));
        document.add(new SortedDocValuesField(PATH, new BytesRef(posting.path())));
        document.add(new StringField(LANGUAGE, posting.language(), Field.Store.YES));
        if (first) {
            document.add(new StringField(FIRST, "1", Field.Store.NO));
        }
        document.add(new StoredField(FINGERPRINT, posting.fingerprint()));
        document.add(new StoredField(BLOB, posting.blobId()));
        document.add(new StoredField(START_LINE, posting.startLine()));
        document.add(new StoredField(END_LINE, posting.endLine()));
        document.add(new StoredField(KIND, posting.kind()));
        document.add(new StoredField(TEXT, posting.text()));
        document.add(new StoredField(HEADER, posting.header()));
        String symbol = posting.symbol();
        if (symbol != null) {
            document.add(new StoredField(SYMBOL, symbol));
            document.add(new Field(SYMBOL_WORDS, symbol, WORDS));
        }
        document.add(new Field(BODY, posting.text(), WORDS));
        document.add(new Field(PATH_WORDS, posting.path(), WORDS));
        document.add(new Field(SUMMARY, Summary.of(symbol, posting.text()), WORDS));
        boolean sketch = entry.fidelity() == Fidelity.SKETCH;
        if (sketch) {
            document.add(new StringField(IS_SKETCH, "1", Field.Store.NO));
            document.add(new StoredField(TABLE, entry.table()));
        }
        document.add(new KnnFloatVectorField(
                sketch ? SKETCH : VECTOR, entry.vector(), VectorSimilarityFunction.DOT_PRODUCT));
        return document;
    }

    static Document named(Partition partition, NamedRow row, boolean first) {
        Document document = document(partition, row.entry(), first);
        document.add(new StringField(NAME, row.name(), Field.Store.NO));
        return document;
    }

    static Posting posting(Document document) {
        return new Posting(
                text(document, PATH),
                text(document, BLOB),
                number(document, START_LINE),
                number(document, END_LINE),
                document.get(SYMBOL),
                text(document, KIND),
                text(document, LANGUAGE),
                text(document, FINGERPRINT),
                text(document, TEXT),
                text(document, HEADER));
    }

    static String repository(Document document) {
        return text(document, REPOSITORY);
    }

    /// A document that only says which file and chunk it is.
    static Document identity(StoredFields fields, int documentId) throws IOException {
        return fields.document(documentId, Set.of(PATH, BLOB, FINGERPRINT));
    }

    /// A document that only says which chunk it is and what made its sketch.
    static Document made(StoredFields fields, int documentId) throws IOException {
        return fields.document(documentId, Set.of(FINGERPRINT, TABLE));
    }

    static String table(Document document) {
        String table = document.get(TABLE);
        return table == null ? "" : table;
    }

    static Term file(Partition partition, String path) {
        return new Term(FILE, key(partition, path));
    }

    static String key(Partition partition) {
        return partition.repository() + '\0' + partition.branch();
    }

    private static String key(Partition partition, String path) {
        return key(partition) + '\0' + path;
    }

    static String text(Document document, String field) {
        @Nullable String value = document.get(field);
        if (value == null) {
            throw new IllegalStateException("a document of the index has no " + field);
        }
        return value;
    }

    private static int number(Document document, String field) {
        return Integer.parseInt(text(document, field));
    }
}
