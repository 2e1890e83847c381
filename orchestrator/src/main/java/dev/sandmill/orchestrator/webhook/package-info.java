/// Pushes told by git hosts: whose hook it is, whether the sender knows its secret, what happened, and the index job
/// that follows. A payload never decides where anything is fetched from.
@NullMarked
package dev.sandmill.orchestrator.webhook;

import org.jspecify.annotations.NullMarked;
