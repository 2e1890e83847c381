/// Whether this process can do its work right now, and what follows when it cannot.
@NullMarked
package dev.sandmill.orchestrator.health;

import org.jspecify.annotations.NullMarked;
