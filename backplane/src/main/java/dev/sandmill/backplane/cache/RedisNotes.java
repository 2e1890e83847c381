package dev.sandmill.backplane.cache;

import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Notes over both tiers of a cache, with an index for each owner in Redis, kept in the same step as the entry.
final class RedisNotes implements Notes {
    static final String NAMESPACE = "notes";
    private static final int READ_AT_ONCE = 32;
    private static final int SCAN_STEP = 500;

    private final TieredCache cache;
    private final Tiers tiers;
    private final RedisLink<byte[]> link;
    private final RedisLink<String> libraryLink;
    private final FunctionLibrary library;
    private final Supplier<CacheSettings> settings;
    private final Clock clock;

    /// @param libraryLink over which the functions are loaded where the server lost them
    RedisNotes(
            Tiers tiers,
            RedisLink<byte[]> link,
            RedisLink<String> libraryLink,
            FunctionLibrary library,
            Supplier<CacheSettings> settings,
            Clock clock) {
        this.cache = new TieredCache(NAMESPACE, tiers, clock);
        this.tiers = tiers;
        this.link = link;
        this.libraryLink = libraryLink;
        this.library = library;
        this.settings = settings;
        this.clock = clock;
    }

    TieredCache cache() {
        return cache;
    }

    @Override
    public void put(String owner, String namespace, Collection<Note> notes) {
        Map<String, StoredValue> values = new HashMap<>();
        for (Note note : notes) {
            values.put(member(namespace, note.key()), StoredValue.of(note.value(), note.ttl(), note.tags(), clock));
        }
        try {
            cache.counts().evictedByQuota.add(stored(owner, values));
        } finally {
            // Also after a call of which nobody knows whether it was heard: what is here may be old by now.
            values.keySet().forEach(member -> tiers.invalidations().forget(cache.local(local(owner, member))));
        }
        cache.counts().writes.add(values.size());
    }

    private long stored(String owner, Map<String, StoredValue> values) {
        CacheSettings bounds = settings.get();
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        call(() -> link.call(commands -> {
            answers.clear();
            values.forEach((member, value) -> answers.add(commands.<Long>fcall(
                            "sandmill_cache_put",
                            ScriptOutputType.INTEGER,
                            new String[] {index(owner), Invalidations.STREAM},
                            text(names(owner)),
                            text(local(owner, "")),
                            text(NAMESPACE),
                            text(tiers.invalidations().origin()),
                            text(Long.toString(bounds.notesMaxEntries())),
                            text(Long.toString(bounds.notesMaxBytes())),
                            text(member),
                            text(Long.toString(Math.max(1, value.left(clock).toMillis()))),
                            value.encode())
                    .toCompletableFuture()));
            return (Future<Void>) CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
        }));
        return answers.stream().mapToLong(CompletableFuture::join).sum();
    }

    private <T> T call(Supplier<T> call) {
        try {
            return library.provided(libraryLink, call);
        } catch (RedisCommandExecutionException refused) {
            throw new RedisUnavailable("Redis refused: " + refused.getMessage(), refused);
        }
    }

    @Override
    public Map<String, Found> get(String owner, String namespace, Collection<String> keys) {
        Map<String, String> names = new HashMap<>();
        keys.forEach(key -> names.put(local(owner, member(namespace, key)), key));
        Set<String> doubtful = tiers.invalidations().isCurrent()
                ? Set.of()
                : names.keySet().stream()
                        .filter(name -> tiers.local().contains(cache.local(name)))
                        .collect(Collectors.toSet());
        boolean tooOld =
                tiers.invalidations().sinceCurrent().compareTo(settings.get().staleTime()) > 0;
        Map<String, Found> found = new HashMap<>();
        cache.lookUp(names.keySet(), READ_AT_ONCE).forEach((name, value) -> {
            boolean stale = doubtful.contains(name);
            if (stale && tooOld) {
                return;
            }
            if (stale) {
                cache.counts().staleServed.increment();
            }
            found.put(
                    Objects.requireNonNull(names.get(name)),
                    new Found(
                            value.bytes(),
                            value.left(clock),
                            value.tags(),
                            Instant.ofEpochMilli(value.storedMillis()),
                            stale));
        });
        return found;
    }

    @Override
    public long remove(String owner, String namespace, Collection<String> keys) {
        return drop(owner, keys.stream().map(key -> member(namespace, key)).toList(), Selection.ALL);
    }

    @Override
    public long invalidate(String owner, @Nullable String namespace, Selection selection) {
        Set<String> keys = selection.keys();
        if (namespace != null && keys != null) {
            return drop(
                    owner,
                    keys.stream()
                            .filter(selection::admits)
                            .map(key -> member(namespace, key))
                            .toList(),
                    selection);
        }
        return selection.tags().isEmpty()
                ? dropListed(owner, namespace, selection)
                : drop(owner, tagged(owner, namespace, selection), selection);
    }

    /// Those of the index of tags that may be meant; the entries themselves say whether they are.
    private List<String> tagged(String owner, @Nullable String namespace, Selection selection) {
        Set<String> members = new LinkedHashSet<>();
        for (String tag : selection.tags()) {
            List<byte[]> names = link.call(commands -> commands.zrange(index(owner) + ":tag:" + tag, 0, -1));
            names.forEach(name -> members.add(new String(name, StandardCharsets.UTF_8)));
        }
        return members.stream()
                .filter(member -> isMeant(member, namespace, selection))
                .toList();
    }

    private long dropListed(String owner, @Nullable String namespace, Selection selection) {
        long dropped = 0;
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            ScanCursor from = cursor;
            MapScanCursor<String, byte[]> page = link.call(
                    commands -> commands.hscan(index(owner) + ":size", from, ScanArgs.Builder.limit(SCAN_STEP)));
            dropped += drop(
                    owner,
                    page.getMap().keySet().stream()
                            .filter(member -> isMeant(member, namespace, selection))
                            .toList(),
                    selection);
            cursor = page;
        }
        return dropped;
    }

    private static boolean isMeant(String member, @Nullable String namespace, Selection selection) {
        int cut = member.indexOf('/');
        return (namespace == null || member.substring(0, cut).equals(namespace))
                && selection.admits(member.substring(cut + 1));
    }

    private long drop(String owner, List<String> members, Selection selection) {
        long dropped = 0;
        for (List<String> batch : TieredCache.batches(members, TieredCache.BATCH)) {
            HeaderDrop step =
                    HeaderDrop.of(index(owner), names(owner), local(owner, ""), NAMESPACE, tiers, selection, batch);
            try {
                dropped += call(() -> link.call(step::send));
            } finally {
                batch.forEach(member -> tiers.invalidations().forget(cache.local(local(owner, member))));
            }
        }
        cache.counts().invalidated.add(dropped);
        return dropped;
    }

    @Override
    public Usage usage(String owner) {
        long entries = link.call(commands -> commands.hlen(index(owner) + ":size"));
        byte[] bytes = link.call(commands -> commands.get(index(owner) + ":bytes"));
        return new Usage(entries, bytes == null ? 0 : Long.parseLong(new String(bytes, StandardCharsets.US_ASCII)));
    }

    @Override
    public CacheStats stats() {
        return cache.stats();
    }

    private static String member(String namespace, String key) {
        return namespace + "/" + key;
    }

    /// The owner in braces: all that is an owner's lies on one slot.
    private static String local(String owner, String member) {
        return "{" + owner + "}/" + member;
    }

    private static String names(String owner) {
        return new LocalKey(NAMESPACE, local(owner, "")).redisKey();
    }

    private static String index(String owner) {
        return "cx:{" + owner + "}";
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
