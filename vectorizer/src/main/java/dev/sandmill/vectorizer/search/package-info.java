/// From candidates to hits: scores put together, files folded, snippets cut.
@NullMarked
package dev.sandmill.vectorizer.search;

import org.jspecify.annotations.NullMarked;
