package dev.sandmill.sandbox;

/// For whom a program runs.
///
/// @param tenant containers and cached results are never shared between two
/// @param output is told what the program prints, as it prints it; slow ones slow the program down
public record RunContext(String tenant, String jobId, OutputListener output) {}
