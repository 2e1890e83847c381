/// What a caller is told when a request cannot be served.
@NullMarked
package dev.sandmill.orchestrator.problem;

import org.jspecify.annotations.NullMarked;
