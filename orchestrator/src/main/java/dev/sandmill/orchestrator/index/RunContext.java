package dev.sandmill.orchestrator.index;

import java.util.function.BooleanSupplier;

/// What a run is done for and who follows it.
///
/// @param cancelled whether an interrupt means that nobody wants the run any more
public record RunContext(RunOrigin origin, RunProgress progress, BooleanSupplier cancelled) {}
