package dev.sandmill.orchestrator.index;

import dev.sandmill.orchestrator.tracing.Steps;
import java.util.function.BooleanSupplier;

/// What a run is done for and who follows it.
///
/// @param cancelled whether an interrupt means that nobody wants the run any more
/// @param steps is told what took how long
public record RunContext(RunOrigin origin, RunProgress progress, BooleanSupplier cancelled, Steps steps) {}
