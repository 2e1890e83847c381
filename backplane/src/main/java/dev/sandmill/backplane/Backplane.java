package dev.sandmill.backplane;

import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.backplane.cache.CacheSettings;
import dev.sandmill.backplane.cache.Notes;
import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.backplane.events.EventLog;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.rates.Rates;

/// Everything that processes share, over one Redis. Opens while Redis is away and is usable once it is there.
public interface Backplane extends AutoCloseable {
    /// Opens without waiting for Redis.
    static Backplane open(BackplaneConfig config) {
        return new RedisBackplane(config);
    }

    JobQueue queue();

    EventLog events();

    Topics topics();

    /// The cache of this name; the same name is the same cache, in every process.
    ByteCache cache(String namespace);

    Notes notes();

    /// Changes the caches' bounds in this process, at once.
    void changeCaches(CacheSettings settings);

    Rates rates();

    Documents documents(String collection);

    BackplaneHealth health();

    @Override
    void close();
}
