package dev.sandmill.backplane.calls;

import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.Range;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who serves, in one sorted set: the name, and when it was last heard of by Redis' own clock.
final class Presence {
    static final Duration BEAT = Duration.ofSeconds(2);
    private static final long SILENT_MILLIS = Duration.ofSeconds(10).toMillis();
    private static final long GONE_MILLIS = Duration.ofMinutes(10).toMillis();
    /// A set that is younger does not know everybody yet: Redis came back without it.
    private static final long YOUNG_MILLIS = Duration.ofSeconds(30).toMillis();
    private static final String KEY = "calls:{calls}:served";
    private static final String SINCE = "calls:{calls}:since";

    private final RedisLink<byte[]> link;

    Presence(RedisLink<byte[]> link) {
        this.link = link;
    }

    enum State {
        PRESENT,
        SILENT,
        GONE
    }

    /// Milliseconds by Redis' clock: those of several hosts do not agree.
    long now() {
        List<byte[]> time = link.call(redis -> redis.time());
        return number(time.get(0)) * 1000 + number(time.get(1)) / 1000;
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    void beat(String name) {
        long now = now();
        ask(redis -> redis.set(SINCE, bytes(Long.toString(now)), SetArgs.Builder.nx()));
        ask(redis -> redis.zadd(KEY, now, bytes(name)));
        ask(redis -> redis.zremrangebyscore(KEY, Range.create(0, now - GONE_MILLIS)));
    }

    void leave(String name) {
        ask(redis -> redis.zrem(KEY, bytes(name)));
    }

    State of(String name, long now) {
        Duration silence = silence(name, now);
        if (silence.toMillis() >= GONE_MILLIS) {
            return State.GONE;
        }
        return silence.toMillis() >= SILENT_MILLIS ? State.SILENT : State.PRESENT;
    }

    Duration silence(String name, long now) {
        Double heard = ask(redis -> redis.zscore(KEY, bytes(name)));
        if (heard == null) {
            byte[] since = ask(redis -> redis.get(SINCE));
            boolean young = since == null || now - number(since) < YOUNG_MILLIS;
            return young ? Duration.ofMillis(SILENT_MILLIS) : Calls.UNKNOWN;
        }
        return Duration.ofMillis(Math.max(0, (long) (now - heard)));
    }

    List<String> present() {
        long now = now();
        List<byte[]> names = link.call(
                redis -> redis.zrangebyscore(KEY, Range.create(now - SILENT_MILLIS, Double.POSITIVE_INFINITY)));
        return names.stream()
                .map(name -> new String(name, StandardCharsets.UTF_8))
                .toList();
    }

    private <T> @Nullable T ask(Function<RedisAsyncCommands<String, byte[]>, Future<T>> command) {
        return link.call(command);
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
