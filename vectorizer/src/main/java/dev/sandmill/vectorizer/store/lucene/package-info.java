/// The embedded store: one Lucene index per tenant, words (BM25) and vectors (HNSW) side by side.
@NullMarked
package dev.sandmill.vectorizer.store.lucene;

import org.jspecify.annotations.NullMarked;
