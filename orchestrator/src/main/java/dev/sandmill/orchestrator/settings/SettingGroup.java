package dev.sandmill.orchestrator.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// Settings that are changed, stored and brought into force together. Thread-safe.
public final class SettingGroup {
    private final String name;
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final Consumer<SettingGroup> force;
    private volatile Map<String, Long> values;

    /// @param force brings the values into force; runs at each change of any of them
    public SettingGroup(String name, List<Setting> settings, Consumer<SettingGroup> force) {
        this.name = name;
        this.force = force;
        settings.forEach(setting -> this.settings.put(setting.name(), setting));
        this.values = withInitial(Map.of());
    }

    String name() {
        return name;
    }

    public Map<String, Setting> settings() {
        return settings;
    }

    /// The value in force in this process.
    public long value(String setting) {
        return Objects.requireNonNull(values.get(setting), setting);
    }

    /// Brings what is stored into force, where it is not yet. What could not be brought into force counts as not there,
    /// so that the next look tries again.
    synchronized void adopt(Map<String, Long> stored) {
        Map<String, Long> wanted = withInitial(stored);
        Map<String, Long> before = values;
        if (wanted.equals(before)) {
            return;
        }
        values = wanted;
        boolean forced = false;
        try {
            force.accept(this);
            forced = true;
        } finally {
            if (!forced) {
                values = before;
            }
        }
    }

    private Map<String, Long> withInitial(Map<String, Long> stored) {
        Map<String, Long> all = new LinkedHashMap<>();
        settings.values()
                .forEach(setting -> all.put(
                        setting.name(), setting.clamped(stored.getOrDefault(setting.name(), setting.initial()))));
        return Collections.unmodifiableMap(all);
    }
}
