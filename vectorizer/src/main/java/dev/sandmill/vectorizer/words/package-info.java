/// The words in source code and in questions about it.
@NullMarked
package dev.sandmill.vectorizer.words;

import org.jspecify.annotations.NullMarked;
