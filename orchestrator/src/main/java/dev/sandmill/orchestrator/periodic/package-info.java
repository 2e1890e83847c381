/// What a process does again and again while it lives, each on a thread of its own.
@NullMarked
package dev.sandmill.orchestrator.periodic;

import org.jspecify.annotations.NullMarked;
