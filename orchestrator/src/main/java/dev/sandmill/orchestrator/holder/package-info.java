/// Who holds the pool's search index: one process at a time, which the others ask.
@NullMarked
package dev.sandmill.orchestrator.holder;

import org.jspecify.annotations.NullMarked;
