/// Execute jobs: from the queue's hands into the sandbox and back.
@NullMarked
package dev.sandmill.orchestrator.execute;

import org.jspecify.annotations.NullMarked;
