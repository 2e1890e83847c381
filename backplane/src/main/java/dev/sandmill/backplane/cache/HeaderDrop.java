package dev.sandmill.backplane.cache;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// One step that removes those of some entries whose header fits, with their places in an index, and tells everyone.
record HeaderDrop(String index, List<String> arguments) {
    static HeaderDrop of(
            String index,
            String names,
            String keys,
            String namespace,
            Tiers tiers,
            Selection selection,
            Collection<String> members) {
        Instant before = selection.storedBefore();
        List<String> arguments = new ArrayList<>(List.of(
                names,
                keys,
                namespace,
                tiers.invalidations().origin(),
                before == null ? "" : Long.toString(before.toEpochMilli()),
                Integer.toString(selection.tags().size())));
        arguments.addAll(selection.tags());
        arguments.addAll(members);
        return new HeaderDrop(index, arguments);
    }

    RedisFuture<Long> send(RedisAsyncCommands<String, byte[]> commands) {
        return commands.fcall(
                "sandmill_cache_drop",
                ScriptOutputType.INTEGER,
                new String[] {index, Invalidations.STREAM},
                arguments.stream()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new));
    }
}
