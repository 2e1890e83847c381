package dev.sandmill.api;

/// How the compile step ended, for languages that have one.
public record CompileResult(
        ProgramStatus status, int exitCode, Content stdout, Content stderr, boolean truncated, Usage usage) {}
