package dev.sandmill.api;

/// What came of a job.
public sealed interface JobOutcome permits Executed, Indexed {}
