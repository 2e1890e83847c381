package dev.sandmill.orchestrator.settings;

import java.time.Instant;

/// Who changed what, when, from what to what.
///
/// @param keyId of the key that was used; `admin` is the instance's own
public record SettingChange(Instant at, String keyId, String tenant, String name, long before, long after) {}
