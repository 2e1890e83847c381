/// What one process of a pool asks another: a head of its own shape, a body of bytes, and an answer that may be a
/// problem.
@NullMarked
package dev.sandmill.orchestrator.peer;

import org.jspecify.annotations.NullMarked;
