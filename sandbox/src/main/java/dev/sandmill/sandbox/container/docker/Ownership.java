package dev.sandmill.sandbox.container.docker;

import java.util.Map;
import java.util.UUID;

/// Whose a container is, as its labels say.
///
/// @param instance lives longer than its processes, so that a process can tell what a crashed predecessor left
/// @param process this one alone
public record Ownership(String instance, String process) {
    static final String INSTANCE_LABEL = "dev.sandmill.instance";
    static final String PROCESS_LABEL = "dev.sandmill.process";

    public static Ownership ofThisProcess(String instance) {
        return new Ownership(instance, UUID.randomUUID().toString());
    }

    Map<String, String> labels() {
        return Map.of(INSTANCE_LABEL, instance, PROCESS_LABEL, process);
    }

    /// What every container of the instance has, whichever process made it.
    Map<String, String> instanceLabel() {
        return Map.of(INSTANCE_LABEL, instance);
    }

    boolean isOfAnotherProcess(Map<String, String> labels) {
        return !process.equals(labels.get(PROCESS_LABEL));
    }
}
