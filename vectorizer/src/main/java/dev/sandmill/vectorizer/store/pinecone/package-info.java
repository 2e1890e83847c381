/// The store whose vectors Pinecone searches: it gets vectors and hashes, while rows, words and watermarks stay in
/// Lucene.
@NullMarked
package dev.sandmill.vectorizer.store.pinecone;

import org.jspecify.annotations.NullMarked;
