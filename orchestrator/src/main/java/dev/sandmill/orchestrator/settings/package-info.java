/// What operators may change while the service runs: bounded, written down with who and when, kept in Redis, and in
/// force in every process a second later.
@NullMarked
package dev.sandmill.orchestrator.settings;

import org.jspecify.annotations.NullMarked;
