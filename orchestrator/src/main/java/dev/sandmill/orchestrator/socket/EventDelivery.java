package dev.sandmill.orchestrator.socket;

import dev.sandmill.backplane.events.StoredEvent;
import dev.sandmill.backplane.events.Topic;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.backplane.redis.RedisUnavailable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one client is sent of the topics that it follows: every event, and of progress the latest at its pace. Reads no
/// further in Redis than the client has taken. For the client's own thread, but for [#outdate].
final class EventDelivery {
    private static final Logger log = LoggerFactory.getLogger(EventDelivery.class);

    private final Topics topics;
    private final SocketMeter meter;
    private final Frames frames;
    private final Subscriptions subscriptions;
    private final ProgressPace pace;
    private final Taker client;
    private final Runnable more;

    /// Who takes the frames.
    interface Taker {
        boolean isGoing();

        /// Returns when it has taken it.
        void send(String frame) throws IOException;
    }

    /// @param more runs where there may be more to send at once
    EventDelivery(
            Topics topics,
            SocketMeter meter,
            Frames frames,
            Subscriptions subscriptions,
            ProgressPace pace,
            Taker client,
            Runnable more) {
        this.topics = topics;
        this.meter = meter;
        this.frames = frames;
        this.subscriptions = subscriptions;
        this.pace = pace;
        this.client = client;
        this.more = more;
    }

    /// Until progress is due, at most so long.
    long pauseNanos(long now, long most) {
        return pace.pauseNanos(now, most);
    }

    /// Sends what there is now, of each topic in turn.
    void sendNext() throws IOException {
        for (Subscription subscription : subscriptions.all()) {
            if (client.isGoing()) {
                pump(subscription);
            }
        }
        Optional<String> progress = pace.due(System.nanoTime());
        if (progress.isPresent() && client.isGoing()) {
            client.send(progress.get());
        }
    }

    /// Sends the next events of a topic, if there may be some.
    private void pump(Subscription subscription) throws IOException {
        boolean lookAgain = subscription.takeLookAgain(System.nanoTime());
        if (!subscription.takeFresh() && !lookAgain) {
            return;
        }
        List<StoredEvent> events;
        try {
            if (lookAgain) {
                long unused = topics.follow(subscription.topic());
            }
            events = topics.after(subscription.topic(), subscription.cursor());
        } catch (RedisUnavailable away) {
            log.debug("topic {} is not readable now: {}", subscription.name(), away.getMessage());
            // Read again at the next tick.
            subscription.awake();
            return;
        }
        for (StoredEvent event : events) {
            if (!client.isGoing() || !deliver(subscription, event)) {
                return;
            }
        }
        if (!events.isEmpty()) {
            subscription.awake();
            more.run();
        }
    }

    /// Answers whether more can come.
    private boolean deliver(Subscription subscription, StoredEvent event) throws IOException {
        String name = subscription.name();
        long before = subscription.cursor();
        if (before > 0 && event.sequence() > before + 1) {
            meter.dropped(SocketMeter.Dropped.TRIMMED, event.sequence() - before - 1);
            client.send(frames.gap(name, before, event.sequence()));
        }
        subscription.advance(event.sequence());
        if (event.type().equals("progress")) {
            countDropped(pace.offer(name, frames.event(name, event)));
            return true;
        }
        outdate(name);
        client.send(frames.event(name, event));
        boolean over =
                subscription.topic() instanceof Topic.OfJob && event.type().equals("finished");
        if (over) {
            subscriptions.remove(name);
        }
        return !over;
    }

    /// Progress of this topic is not sent any more.
    void outdate(String name) {
        countDropped(pace.outdate(name));
    }

    private void countDropped(boolean progress) {
        if (progress) {
            meter.dropped(SocketMeter.Dropped.PROGRESS, 1);
        }
    }
}
