package dev.sandmill.orchestrator.caches;

/// Is told what was forgotten on a caller's word. Does not wait.
@FunctionalInterface
public interface ForgetNews {
    /// @param type `cleared` or `invalidated`
    void tell(String tenant, String type, String dataJson);
}
