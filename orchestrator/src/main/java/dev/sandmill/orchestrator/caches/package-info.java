/// What the sandbox and the vectorizer remember, kept in the backplane's caches.
@NullMarked
package dev.sandmill.orchestrator.caches;

import org.jspecify.annotations.NullMarked;
