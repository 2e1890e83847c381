@NullMarked
package dev.sandmill.orchestrator.git;

import org.jspecify.annotations.NullMarked;
