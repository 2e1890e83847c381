package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.VectorSearchContract;
import dev.sandmill.vectorizer.store.VectorStore;

class LuceneSearchTest extends VectorSearchContract {
    @Override
    protected VectorStore open() {
        return LuceneStore.open(folder, "model-1");
    }
}
