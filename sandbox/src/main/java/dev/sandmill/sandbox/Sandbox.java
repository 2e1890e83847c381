package dev.sandmill.sandbox;

import dev.sandmill.api.ExecuteCode;
import java.util.List;

/// Runs untrusted programs in containers. Thread-safe; as many run at a time as the configuration has slots.
public interface Sandbox extends AutoCloseable {
    /// Runs a program to its end. An interrupt kills it, and returns `CANCELLED` once it is really dead.
    RunResult run(ExecuteCode code, RunContext context);

    List<Language> languages();

    SandboxHealth health();

    SandboxStats stats();

    /// Kills what runs and removes every container of this instance.
    @Override
    void close();
}
