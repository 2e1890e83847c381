package dev.sandmill.orchestrator.config;

import java.util.Locale;

/// What a process does. It may have any of them.
public enum ServiceRole {
    API,
    EXECUTE,
    INDEX,
    /// Embeds for those that index; holds no index itself.
    EMBED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
