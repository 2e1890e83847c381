package dev.sandmill.backplane;

import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks Redis for a write, since one that answers a ping may refuse every write.
final class HealthProbe {
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final Pattern VERSION = Pattern.compile("(?:redis|valkey)_version:(\\S+)");
    private static final String UNKNOWN = "unknown";

    private final RedisLink<String> link;

    HealthProbe(RedisLink<String> link) {
        this.link = link;
    }

    BackplaneHealth check() {
        try {
            link.call(redis -> redis.set("sm:health", "written", SetArgs.Builder.px(60_000)), PROBE);
            Matcher version = VERSION.matcher(link.call(redis -> redis.info("server"), PROBE));
            return new BackplaneHealth(true, "takes writes", version.find() ? version.group(1) : UNKNOWN, durability());
        } catch (RedisUnavailable away) {
            return new BackplaneHealth(false, Objects.toString(away.getMessage()), UNKNOWN, UNKNOWN);
        } catch (RedisCommandExecutionException refused) {
            return new BackplaneHealth(false, "Redis refuses writes: " + refused.getMessage(), UNKNOWN, UNKNOWN);
        }
    }

    private String durability() {
        try {
            Map<String, String> settings = link.call(redis -> redis.configGet("append*"), PROBE);
            if (!"yes".equals(settings.get("appendonly"))) {
                return "memory";
            }
            return switch (settings.getOrDefault("appendfsync", "")) {
                case "always" -> "fsync";
                case "everysec" -> "everysec";
                default -> "memory";
            };
        } catch (RedisCommandExecutionException forbidden) {
            return UNKNOWN;
        }
    }
}
