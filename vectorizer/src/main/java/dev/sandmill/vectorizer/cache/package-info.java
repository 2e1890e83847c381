/// Vectors by fingerprint: key, codec, and the interface of whoever stores them.
@NullMarked
package dev.sandmill.vectorizer.cache;

import org.jspecify.annotations.NullMarked;
