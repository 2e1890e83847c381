@NullMarked
package dev.sandmill.orchestrator.index;

import org.jspecify.annotations.NullMarked;
