package dev.sandmill.backplane.cache;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Removes many values of one namespace from both tiers: by how their names begin, or by what is stored beside them.
final class CacheSweep {
    private static final int SCAN_STEP = 1000;

    private final String namespace;
    private final Tiers tiers;
    private final Counts counts;

    CacheSweep(String namespace, Tiers tiers, Counts counts) {
        this.namespace = namespace;
        this.tiers = tiers;
        this.counts = counts;
    }

    /// Every value whose name begins so; answers how many there were in Redis.
    long removePrefix(String prefix) {
        long[] removed = {0};
        try {
            scan(
                    prefix,
                    names -> removed[0] +=
                            tiers.patient().require(commands -> commands.unlink(names.toArray(String[]::new))));
        } finally {
            counts.invalidated.add(removed[0]);
            if (!tiers.invalidations().announcePrefix(tiers.patient(), namespace, prefix)) {
                counts.failures.increment();
            }
            tiers.invalidations().forgetPrefix(namespace, prefix);
        }
        return removed[0];
    }

    /// Answers how many there were in Redis.
    long remove(Selection selection) {
        Set<String> named = selection.keys();
        if (named == null && selection.isByName()) {
            return removePrefix(selection.prefix());
        }
        long[] removed = {0};
        Consumer<List<String>> drop = keys -> removed[0] += dropThose(keys, selection);
        if (named != null) {
            TieredCache.batches(named.stream().filter(selection::admits).toList(), TieredCache.BATCH)
                    .forEach(drop);
        } else {
            int unwanted = beginning("").length();
            scan(
                    selection.prefix(),
                    names -> drop.accept(
                            names.stream().map(name -> name.substring(unwanted)).toList()));
        }
        return removed[0];
    }

    private long dropThose(List<String> keys, Selection selection) {
        HeaderDrop step = HeaderDrop.of("", beginning(""), "", namespace, tiers, selection, keys);
        try {
            long dropped = tiers.patient().require(step::send);
            counts.invalidated.add(dropped);
            return dropped;
        } finally {
            keys.forEach(key -> tiers.invalidations().forget(new LocalKey(namespace, key)));
        }
    }

    private void scan(String prefix, Consumer<List<String>> names) {
        ScanArgs args = ScanArgs.Builder.limit(SCAN_STEP).match(glob(beginning(prefix)) + "*");
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            ScanCursor from = cursor;
            KeyScanCursor<String> page = tiers.patient().require(commands -> commands.scan(from, args));
            TieredCache.batches(page.getKeys(), TieredCache.BATCH).forEach(names);
            cursor = page;
        }
    }

    private static String glob(String literal) {
        return literal.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
    }

    private String beginning(String prefix) {
        return new LocalKey(namespace, prefix).redisKey();
    }
}
