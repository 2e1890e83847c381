/// A file's text cut into pieces that fit the embedding model: lossless, at syntax where a grammar is known, else at
/// blank lines and indentation. The way in is [dev.sandmill.vectorizer.chunk.Chunkers].
@NullMarked
package dev.sandmill.vectorizer.chunk;

import org.jspecify.annotations.NullMarked;
