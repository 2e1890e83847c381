/// What the environment says, checked once at the start.
@NullMarked
package dev.sandmill.orchestrator.config;

import org.jspecify.annotations.NullMarked;
