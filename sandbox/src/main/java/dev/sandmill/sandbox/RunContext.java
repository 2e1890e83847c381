package dev.sandmill.sandbox;

/// For whom a program runs.
///
/// @param tenant containers and cached results are never shared between two
/// @param output is told what the program prints, as it prints it; slow ones slow the program down
public record RunContext(String tenant, String jobId, OutputListener output, RunSteps steps) {
    public RunContext(String tenant, String jobId, OutputListener output) {
        this(tenant, jobId, output, RunSteps.NONE);
    }
}
