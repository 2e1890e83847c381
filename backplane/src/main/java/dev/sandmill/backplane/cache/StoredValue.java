package dev.sandmill.backplane.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A value as both tiers hold it. In Redis: a byte that says so, a byte of flags, the times of its end and of its
/// storing in milliseconds since 1970, its tags, then the value itself. The end lets a process that reads it keep it
/// no longer than the writer meant.
///
/// @param absent a remembered "there is none"
@SuppressWarnings("ArrayRecordComponent")
record StoredValue(byte[] bytes, long endMillis, long storedMillis, List<String> tags, boolean absent) {
    static final int MAX_TAGS = 16;
    static final int MAX_TAG_BYTES = 128;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte VERSION = 2;
    private static final byte ABSENT = 1;
    private static final int FIXED_HEADER_BYTES = 2 + 2 * Long.BYTES + 1;

    static StoredValue of(byte[] bytes, Duration ttl, Collection<String> tags, Clock clock) {
        if (tags.size() > MAX_TAGS) {
            throw new IllegalArgumentException("an entry has at most " + MAX_TAGS + " tags, not " + tags.size());
        }
        long now = clock.millis();
        return new StoredValue(bytes, now + ttl.toMillis(), now, List.copyOf(tags), false);
    }

    static StoredValue absent(Duration ttl, Clock clock) {
        long now = clock.millis();
        return new StoredValue(new byte[0], now + ttl.toMillis(), now, List.of(), true);
    }

    Duration left(Clock clock) {
        return Duration.ofMillis(Math.max(0, endMillis - clock.millis()));
    }

    Optional<byte[]> value() {
        return absent ? Optional.empty() : Optional.of(bytes);
    }

    byte[] encode() {
        List<byte[]> names =
                tags.stream().map(tag -> tag.getBytes(StandardCharsets.UTF_8)).toList();
        int size = FIXED_HEADER_BYTES + bytes.length;
        for (byte[] name : names) {
            if (name.length > MAX_TAG_BYTES) {
                throw new IllegalArgumentException("a tag has at most " + MAX_TAG_BYTES + " bytes");
            }
            size += 1 + name.length;
        }
        ByteBuffer encoded = ByteBuffer.allocate(size)
                .put(VERSION)
                .put(absent ? ABSENT : 0)
                .putLong(endMillis)
                .putLong(storedMillis)
                .put((byte) names.size());
        for (byte[] name : names) {
            encoded.put((byte) name.length).put(name);
        }
        return encoded.put(bytes).array();
    }

    /// Null for what is over by then, was written by something else, or is broken.
    static @Nullable StoredValue decode(byte[] stored, long nowMillis) {
        if (stored.length < FIXED_HEADER_BYTES || stored[0] != VERSION) {
            return null;
        }
        long end = (long) LONG.get(stored, 2);
        if (end <= nowMillis) {
            return null;
        }
        long storedAt = (long) LONG.get(stored, 2 + Long.BYTES);
        int count = stored[FIXED_HEADER_BYTES - 1];
        if (count < 0) {
            return null;
        }
        int at = FIXED_HEADER_BYTES;
        List<String> tags = count == 0 ? List.of() : new ArrayList<>();
        for (int index = 0; index < count; index++) {
            if (at >= stored.length || stored[at] < 0 || at + 1 + stored[at] > stored.length) {
                return null;
            }
            tags.add(new String(stored, at + 1, stored[at], StandardCharsets.UTF_8));
            at += 1 + stored[at];
        }
        byte[] bytes = Arrays.copyOfRange(stored, at, stored.length);
        return new StoredValue(bytes, end, storedAt, List.copyOf(tags), (stored[1] & ABSENT) != 0);
    }

    /// Whether whoever has the other one may keep it: it says the same, and for no longer.
    boolean isAsGoodAs(StoredValue other) {
        return absent == other.absent
                && endMillis >= other.endMillis
                && tags.equals(other.tags)
                && Arrays.equals(bytes, other.bytes);
    }
}
