package dev.sandmill.backplane.events;

import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Topics as streams: a job's has its number in the first part of an entry's id, a named one's in the second.
public final class RedisTopics implements Topics {
    private static final Logger LOG = LoggerFactory.getLogger(RedisTopics.class);
    /// What a slow reader holds in memory is at most this many events.
    private static final int BATCH = 64;

    private final RedisLink<String> link;
    private final FunctionLibrary library;
    private final JobNews news;
    private final String queueKey;

    public RedisTopics(RedisLink<String> link, FunctionLibrary library, JobNews news, String queueKey) {
        this.link = link;
        this.library = library;
        this.news = news;
        this.queueKey = queueKey;
    }

    @Override
    public void publish(Topic.Named topic, String type, String dataJson) {
        try {
            link.send(redis -> library.<Long>invoke(
                            redis,
                            "sandmill_publish",
                            ScriptOutputType.INTEGER,
                            queueKey,
                            topic.tenant(),
                            topic.name(),
                            type,
                            dataJson))
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            LOG.debug("an event of topic {} is lost: {}", topic.name(), failure.getMessage());
                        }
                    });
        } catch (RedisUnavailable away) {
            LOG.debug("an event of topic {} is lost: {}", topic.name(), away.getMessage());
        }
    }

    @Override
    public long follow(Topic topic) {
        return switch (topic) {
            case Topic.OfJob(var job) -> {
                library.<Long>call(link, "sandmill_watch", ScriptOutputType.INTEGER, queueKey, job.value());
                List<StreamMessage<String, String>> newest =
                        link.call(redis -> redis.xrevrange(key(topic), Range.unbounded(), Limit.from(1)));
                yield newest.isEmpty()
                        ? 0
                        : RedisEventLog.event(newest.getFirst()).sequence();
            }
            case Topic.Named(String tenant, String name) ->
                Long.parseLong(
                        library.<String>call(link, "sandmill_follow", ScriptOutputType.VALUE, queueKey, tenant, name));
        };
    }

    @Override
    public List<StoredEvent> after(Topic topic, long sequence) {
        boolean job = topic instanceof Topic.OfJob;
        Range<String> range = Range.from(
                Range.Boundary.excluding(job ? sequence + "-0" : "0-" + sequence), Range.Boundary.unbounded());
        return link.call(redis -> redis.xrange(key(topic), range, Limit.from(BATCH))).stream()
                .map(entry -> job ? RedisEventLog.event(entry) : named(entry))
                .toList();
    }

    private static StoredEvent named(StreamMessage<String, String> entry) {
        String id = entry.getId();
        return RedisEventLog.event(Long.parseLong(id.substring(id.indexOf('-') + 1)), entry.getBody());
    }

    @Override
    public Runnable listen(Topic topic, Runnable listener) {
        return news.listen(topic instanceof Topic.OfJob(var job) ? job.value() : key(topic), listener);
    }

    private String key(Topic topic) {
        return switch (topic) {
            case Topic.OfJob(var job) -> queueKey + ":ev:" + job.value();
            case Topic.Named(String tenant, String name) ->
                queueKey + ":topic:" + tenant.getBytes(StandardCharsets.UTF_8).length + ":" + tenant + ":" + name;
        };
    }
}
