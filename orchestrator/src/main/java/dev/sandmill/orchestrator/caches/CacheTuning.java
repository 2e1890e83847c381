package dev.sandmill.orchestrator.caches;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.cache.CacheSettings;
import dev.sandmill.orchestrator.settings.Setting;
import dev.sandmill.orchestrator.settings.SettingGroup;
import java.time.Duration;
import java.util.List;

/// What may be changed about the caches, and how long their entries live.
public final class CacheTuning {
    private static final long LONGEST_LIFE_MILLIS = Duration.ofDays(3650).toMillis();
    private static final CacheSettings USUAL = CacheSettings.DEFAULT;

    private final SettingGroup group;

    public CacheTuning(Backplane backplane, Duration ttl) {
        long half = Math.max(USUAL.localMaxBytes(), Runtime.getRuntime().maxMemory() / 2);
        this.group = new SettingGroup(
                "cache",
                List.of(
                        new Setting("localMaxBytes", 1 << 20, half, USUAL.localMaxBytes()),
                        new Setting("localMaxEntries", 100, 10_000_000, USUAL.localMaxEntries()),
                        new Setting("ttlMillis", 1000, LONGEST_LIFE_MILLIS, ttl.toMillis()),
                        new Setting(
                                "staleMillis",
                                0,
                                Duration.ofDays(1).toMillis(),
                                USUAL.staleTime().toMillis()),
                        new Setting("notesMaxEntries", 100, 1_000_000, USUAL.notesMaxEntries()),
                        new Setting("notesMaxBytes", 2 << 20, 16L << 30, USUAL.notesMaxBytes())),
                changed -> backplane.changeCaches(new CacheSettings(
                        changed.value("localMaxBytes"),
                        changed.value("localMaxEntries"),
                        Duration.ofMillis(changed.value("staleMillis")),
                        changed.value("notesMaxEntries"),
                        changed.value("notesMaxBytes"))));
    }

    public SettingGroup group() {
        return group;
    }

    /// How long entries live that do not say so themselves.
    public Duration ttl() {
        return Duration.ofMillis(group.value("ttlMillis"));
    }
}
