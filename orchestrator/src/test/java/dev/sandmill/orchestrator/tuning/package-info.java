@NullMarked
package dev.sandmill.orchestrator.tuning;

import org.jspecify.annotations.NullMarked;
