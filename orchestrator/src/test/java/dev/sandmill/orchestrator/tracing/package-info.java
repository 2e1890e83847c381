/// Traces, received by a collector that is real as far as they can tell.
@NullMarked
package dev.sandmill.orchestrator.tracing;

import org.jspecify.annotations.NullMarked;
