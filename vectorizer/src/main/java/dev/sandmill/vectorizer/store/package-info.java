/// Where postings are kept and found again: vectors and words of every chunk, by tenant, repository and branch.
@NullMarked
package dev.sandmill.vectorizer.store;

import org.jspecify.annotations.NullMarked;
