/// Git, read only: which remotes may be asked, bare mirrors of them, and what differs between two commits.
@NullMarked
package dev.sandmill.orchestrator.git;

import org.jspecify.annotations.NullMarked;
