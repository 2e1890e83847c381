/// Index runs: from a registered repository and a commit to an index that is up to date with it.
@NullMarked
package dev.sandmill.orchestrator.index;

import org.jspecify.annotations.NullMarked;
