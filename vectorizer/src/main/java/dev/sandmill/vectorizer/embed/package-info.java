/// Texts to vectors: what every embedding model has to offer, whoever runs it.
@NullMarked
package dev.sandmill.vectorizer.embed;

import org.jspecify.annotations.NullMarked;
