package dev.sandmill.backplane.cache;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// A value as Redis holds it: a byte that says so, the time of its end in milliseconds since 1970, then the value
/// itself.
/// The time lets a process that reads it keep it no longer than the writer meant.
final class StoredValue {
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 1 + Long.BYTES;

    private StoredValue() {}

    static byte[] encode(LocalValue value, Clock clock) {
        return ByteBuffer.allocate(HEADER_BYTES + value.bytes().length)
                .put(VERSION)
                .putLong(clock.millis() + value.ttl().toMillis())
                .put(value.bytes())
                .array();
    }

    /// Empty for what is over or was written by something else.
    static Optional<LocalValue> decode(byte[] stored, Clock clock) {
        if (stored.length < HEADER_BYTES || stored[0] != VERSION) {
            return Optional.empty();
        }
        long left = ByteBuffer.wrap(stored).getLong(1) - clock.millis();
        return left < 1
                ? Optional.empty()
                : Optional.of(new LocalValue(
                        Arrays.copyOfRange(stored, HEADER_BYTES, stored.length), Duration.ofMillis(left)));
    }

    static boolean holds(byte[] stored, byte[] value) {
        return stored.length == HEADER_BYTES + value.length
                && Arrays.equals(stored, HEADER_BYTES, stored.length, value, 0, value.length);
    }
}
