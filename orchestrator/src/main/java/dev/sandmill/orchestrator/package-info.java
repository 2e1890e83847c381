/// The service and the command line. [dev.sandmill.orchestrator.Main] starts either; [dev.sandmill.orchestrator.Wiring]
/// names every implementation.
@NullMarked
package dev.sandmill.orchestrator;

import org.jspecify.annotations.NullMarked;
