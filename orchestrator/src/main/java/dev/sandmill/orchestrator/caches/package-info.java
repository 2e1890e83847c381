/// What the sandbox and the vectorizer remember and what agents tell each other, kept in the backplane's caches; and
/// the routes to it.
@NullMarked
package dev.sandmill.orchestrator.caches;

import org.jspecify.annotations.NullMarked;
