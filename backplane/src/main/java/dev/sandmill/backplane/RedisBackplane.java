package dev.sandmill.backplane;

import dev.sandmill.api.BreakerState;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.backplane.cache.CacheSettings;
import dev.sandmill.backplane.cache.Notes;
import dev.sandmill.backplane.cache.TieredCaches;
import dev.sandmill.backplane.calls.Calls;
import dev.sandmill.backplane.calls.RedisCalls;
import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.backplane.documents.RedisDocuments;
import dev.sandmill.backplane.events.EventLog;
import dev.sandmill.backplane.events.JobNews;
import dev.sandmill.backplane.events.RedisEventLog;
import dev.sandmill.backplane.events.RedisTopics;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.QueueObserver;
import dev.sandmill.backplane.queue.RedisJobQueue;
import dev.sandmill.backplane.rates.Rates;
import dev.sandmill.backplane.rates.RedisRates;
import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisBreaker;
import dev.sandmill.backplane.redis.RedisConnections;
import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.ArrayList;
import java.util.List;

/// The rooms, wired over one client: one link for short commands, one for caches, one each that follows the
/// news and the invalidations, one for calls between processes and one more for each that waits for them, and
/// one more for each worker that waits for jobs.
final class RedisBackplane implements Backplane {
    private static final RedisCodec<String, byte[]> BYTES = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisConnections connections;
    private final RedisBreaker breaker = new RedisBreaker("redis");
    private final RedisLink<String> commands;
    private final RedisLink<byte[]> cacheLink;
    private final FunctionLibrary library;
    private final JobNews news;
    private final RedisJobQueue queue;
    private final RedisEventLog events;
    private final TieredCaches caches;
    private final HealthProbe health;
    private final RedisLink<byte[]> callLink;
    private final RedisCalls calls;

    RedisBackplane(BackplaneConfig config, QueueObserver observer) {
        this.connections = new RedisConnections(config.redis(), config.commandTimeout(), config.redisCa());
        QueueSetup setup = new QueueSetup(config, RedisJobQueue.KEY);
        this.library = new FunctionLibrary(setup::apply);
        this.commands = connections.promptLink(StringCodec.UTF8, library::ensure, breaker);
        this.cacheLink = connections.link(BYTES);
        this.news = new JobNews(connections.promptLink(StringCodec.UTF8), RedisJobQueue.KEY);
        this.queue = new RedisJobQueue(connections, commands, library, news, observer);
        this.events = new RedisEventLog(commands, library, news, RedisJobQueue.KEY);
        this.caches = new TieredCaches(
                cacheLink,
                connections.link(StringCodec.UTF8),
                commands,
                library,
                CacheSettings.DEFAULT.withLocalMaxBytes(config.localCacheBytes()));
        this.health = new HealthProbe(commands);
        this.callLink = connections.link(BYTES);
        this.calls = new RedisCalls(callLink, () -> connections.link(BYTES));
        commands.warm();
        cacheLink.warm();
    }

    @Override
    public JobQueue queue() {
        return queue;
    }

    @Override
    public EventLog events() {
        return events;
    }

    @Override
    public Topics topics() {
        return new RedisTopics(commands, library, news, RedisJobQueue.KEY);
    }

    @Override
    public ByteCache cache(String namespace) {
        return caches.cache(namespace);
    }

    @Override
    public Notes notes() {
        return caches.notes();
    }

    @Override
    public void changeCaches(CacheSettings settings) {
        caches.change(settings);
    }

    @Override
    public Rates rates() {
        return new RedisRates(commands, library);
    }

    @Override
    public Documents documents(String collection) {
        return new RedisDocuments(commands, library, collection);
    }

    @Override
    public Calls calls() {
        return calls;
    }

    @Override
    public List<BreakerState> breakers() {
        List<BreakerState> states = new ArrayList<>(caches.breakers());
        states.addFirst(breaker.state());
        return states;
    }

    @Override
    public BackplaneHealth health() {
        return health.check();
    }

    @Override
    public void close() {
        queue.close();
        news.close();
        calls.close();
        caches.close();
        commands.close();
        cacheLink.close();
        callLink.close();
        connections.close();
    }
}
