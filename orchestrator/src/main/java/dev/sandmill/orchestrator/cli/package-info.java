/// The command line, a client of the HTTP interface like any other.
@NullMarked
package dev.sandmill.orchestrator.cli;

import org.jspecify.annotations.NullMarked;
