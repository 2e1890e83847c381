package dev.sandmill.backplane.events;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisLink;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The event log as one stream per job, whose entry ids are the sequence numbers.
public final class RedisEventLog implements EventLog {
    private static final int BATCH = 500;
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

    private final RedisLink<String> link;
    private final FunctionLibrary library;
    private final JobNews news;
    private final String queueKey;

    public RedisEventLog(RedisLink<String> link, FunctionLibrary library, JobNews news, String queueKey) {
        this.link = link;
        this.library = library;
        this.news = news;
        this.queueKey = queueKey;
    }

    @Override
    public List<StoredEvent> read(JobId job, long afterSequence, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<StoredEvent> events = after(job, afterSequence);
        while (events.isEmpty() && System.nanoTime() < deadline) {
            try (JobNews.Watch watch = news.watch(job.value())) {
                library.<Long>call(link, "sandmill_watch", ScriptOutputType.INTEGER, queueKey, job.value());
                events = after(job, afterSequence);
                if (events.isEmpty()) {
                    watch.await(Math.min(LOOK_AGAIN_NANOS, deadline - System.nanoTime()));
                    events = after(job, afterSequence);
                }
            }
        }
        return events;
    }

    private List<StoredEvent> after(JobId job, long sequence) {
        Range<String> range = Range.from(Range.Boundary.excluding(sequence + "-0"), Range.Boundary.unbounded());
        return link.call(redis -> redis.xrange(queueKey + ":ev:" + job.value(), range, Limit.from(BATCH))).stream()
                .map(RedisEventLog::event)
                .toList();
    }

    static StoredEvent event(StreamMessage<String, String> entry) {
        Map<String, String> body = entry.getBody();
        String id = entry.getId();
        return event(Long.parseLong(id.substring(0, id.indexOf('-'))), body);
    }

    static StoredEvent event(long sequence, Map<String, String> body) {
        return new StoredEvent(
                sequence,
                body.getOrDefault("t", ""),
                Instant.ofEpochMilli(Long.parseLong(body.getOrDefault("a", "0"))),
                body.getOrDefault("d", "{}"));
    }
}
