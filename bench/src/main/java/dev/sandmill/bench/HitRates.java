package dev.sandmill.bench;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.backplane.cache.CacheSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;

/// How much of what is asked for the local tier has, beside an LRU of as many entries that hears the same questions.
final class HitRates {
    private static final int ENTRIES = 1_000;
    private static final int KEYS = 5_000;
    private static final int QUESTIONS = 20_000;
    private static final CacheSettings SMALL = new CacheSettings(
            CacheSettings.DEFAULT.localMaxBytes(),
            ENTRIES,
            CacheSettings.DEFAULT.staleTime(),
            CacheSettings.DEFAULT.notesMaxEntries(),
            CacheSettings.DEFAULT.notesMaxBytes());

    record Rate(String name, double hitRate, double lruHitRate) {}

    private HitRates() {}

    /// Four of five questions are for one fifth of the keys.
    static Rate skewed(Backplane backplane) {
        Random random = new Random(1);
        return ask(
                backplane,
                "80/20",
                () -> random.nextInt(5) < 4 ? random.nextInt(KEYS / 5) : KEYS / 5 + random.nextInt(KEYS - KEYS / 5));
    }

    /// Every second question is for one of few keys, the others go once through more than fit.
    static Rate scan(Backplane backplane) {
        Random random = new Random(2);
        int[] next = {0};
        return ask(backplane, "scan", () -> next[0]++ % 2 == 0 ? random.nextInt(ENTRIES / 2) : ENTRIES + next[0]);
    }

    private static Rate ask(Backplane backplane, String name, IntSupplier keys) {
        backplane.changeCaches(SMALL);
        ByteCache cache = backplane.cache("rates-" + name.replace('/', '-'));
        Lru lru = new Lru();
        int lruHits = 0;
        for (int question = 0; question < QUESTIONS; question++) {
            String key = Integer.toString(keys.getAsInt());
            lruHits += lru.put(key, true) == null ? 0 : 1;
            if (cache.get(key).isEmpty()) {
                cache.put(key, new byte[100], Duration.ofHours(1));
            }
        }
        return new Rate(name, (double) cache.stats().localHits() / QUESTIONS, (double) lruHits / QUESTIONS);
    }

    private static final class Lru extends LinkedHashMap<String, Boolean> {
        private static final long serialVersionUID = 1L;

        Lru() {
            super(ENTRIES, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > ENTRIES;
        }
    }
}
