package dev.sandmill.backplane.rates;

import dev.sandmill.api.text.Spelled;
import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.Locale;

/// One key for each bucket, which ends by itself when the bucket is full; one round trip for each question.
public final class RedisRates implements Rates {
    private final RedisLink<String> link;
    private final FunctionLibrary library;

    public RedisRates(RedisLink<String> link, FunctionLibrary library) {
        this.link = link;
        this.library = library;
    }

    @Override
    public Duration admit(String bucket, Duration interval, int burst) {
        if (interval.isNegative() || interval.isZero() || burst < 1) {
            throw new IllegalArgumentException(
                    "a bucket needs an interval and a burst, not " + Spelled.time(interval) + ", " + burst);
        }
        String millis = String.format(Locale.ROOT, "%.6f", interval.toNanos() / 1e6);
        long wait = library.<Long>call(
                link,
                "sandmill_admit",
                ScriptOutputType.INTEGER,
                "rl:{" + bucket + "}",
                millis,
                Integer.toString(burst));
        return Duration.ofMillis(wait);
    }
}
