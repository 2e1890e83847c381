@NullMarked
package dev.sandmill.orchestrator.cli;

import org.jspecify.annotations.NullMarked;
