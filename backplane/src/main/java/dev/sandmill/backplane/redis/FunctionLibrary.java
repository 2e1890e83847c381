package dev.sandmill.backplane.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Lua that runs inside Redis: one library out of one file per step, loaded where it is missing or older.
///
/// A server that holds a library of a later revision keeps it, so that processes of two versions can share it.
public final class FunctionLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionLibrary.class);
    /// Goes up with every change of the Lua that older processes must not undo.
    private static final int REVISION = 10;

    private static final List<String> STEPS = List.of(
            "library",
            "events",
            "waiting",
            "ending",
            "ids",
            "room",
            "settle",
            "submit",
            "foreign",
            "take",
            "emit",
            "finish",
            "topic",
            "cancel",
            "lease",
            "read",
            "documents",
            "cache",
            "rates");
    private static final String FUNCTION_MISSING = "Function not found";

    private final String code;
    private final String version;

    private final Consumer<RedisLink<String>> afterwards;

    /// @param afterwards runs after each check, on the same link
    public FunctionLibrary(Consumer<RedisLink<String>> afterwards) {
        this.afterwards = afterwards;
        StringBuilder text = new StringBuilder();
        for (String step : STEPS) {
            text.append(source(step)).append('\n');
        }
        this.version = REVISION + "-" + digest(text.toString());
        this.code = text.toString().replace("@VERSION@", version);
    }

    /// Loads the library unless the server has this one or a later one.
    public void ensure(RedisLink<String> link) {
        String present;
        try {
            present = link.call(redis -> redis.<String>fcallReadOnly("sandmill_version", ScriptOutputType.VALUE));
        } catch (RedisCommandExecutionException missing) {
            if (!isMissing(missing)) {
                throw missing;
            }
            present = "0-";
        }
        if (!present.equals(version) && revision(present) <= REVISION) {
            link.call(redis -> redis.functionLoad(code, true));
            LOG.info("loaded function library {} in place of {}", version, present);
        }
        afterwards.accept(link);
    }

    /// Calls a function on the queue with this key; a server that lost the library gets it again.
    public <T> T call(RedisLink<String> link, String function, ScriptOutputType type, String key, String... arguments) {
        return provided(link, () -> link.call(redis -> this.<T>invoke(redis, function, type, key, arguments)));
    }

    /// The answer of a call of these functions, again where the server had lost the library.
    ///
    /// @param link over which the library is loaded
    public <T> T provided(RedisLink<String> link, Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisCommandExecutionException refused) {
            if (!isMissing(refused)) {
                throw refused;
            }
            ensure(link);
            return call.get();
        }
    }

    /// The same without waiting.
    public <T> RedisFuture<T> invoke(
            RedisAsyncCommands<String, String> redis,
            String function,
            ScriptOutputType type,
            String key,
            String... arguments) {
        return redis.fcall(function, type, new String[] {key}, arguments);
    }

    private static boolean isMissing(RedisCommandExecutionException error) {
        String message = error.getMessage();
        return message != null && message.contains(FUNCTION_MISSING);
    }

    private static int revision(String version) {
        return Integer.parseInt(version.substring(0, version.indexOf('-')));
    }

    private static String source(String step) {
        String path = "/dev/sandmill/backplane/lua/" + step + ".lua";
        try (InputStream in = FunctionLibrary.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("this jar lacks " + path + "; build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
