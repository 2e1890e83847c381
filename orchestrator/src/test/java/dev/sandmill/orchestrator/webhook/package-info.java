@NullMarked
package dev.sandmill.orchestrator.webhook;

import org.jspecify.annotations.NullMarked;
