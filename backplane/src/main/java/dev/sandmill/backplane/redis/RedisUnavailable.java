package dev.sandmill.backplane.redis;

/// Redis was not reachable, or did not answer in time. Whether the command ran is not known.
public final class RedisUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RedisUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
