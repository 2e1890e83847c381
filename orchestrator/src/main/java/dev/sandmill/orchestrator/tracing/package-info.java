/// Traces over OpenTelemetry: a request, the job that it leaves in the queue, and what is done for it
/// elsewhere are one. Off unless the environment names where they go; then nothing here is on the way of a
/// request.
@NullMarked
package dev.sandmill.orchestrator.tracing;

import org.jspecify.annotations.NullMarked;
