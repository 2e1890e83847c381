package dev.sandmill.orchestrator.socket;

import dev.sandmill.backplane.events.Topic;
import dev.sandmill.backplane.events.Topics;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What one client follows, by the name it gave. Bounded. Thread-safe.
final class Subscriptions {
    private final Topics topics;
    private final TopicDoor door;
    private final int most;
    private final Runnable news;
    private final Map<String, Subscription> byName = new ConcurrentHashMap<>();

    /// @param news runs whenever one of them may have more
    Subscriptions(Topics topics, TopicDoor door, int most, Runnable news) {
        this.topics = topics;
        this.door = door;
        this.most = most;
        this.news = news;
    }

    /// A subscription that is not in force before it is added.
    Subscription make(Caller caller, String name, @Nullable Long after) {
        if (byName.containsKey(name)) {
            throw ApiProblem.conflict("already_subscribed", "this topic is followed already; unsubscribe first");
        }
        if (byName.size() >= most) {
            throw ApiProblem.busy(
                    "too_many_subscriptions",
                    "a connection follows at most " + most + " topics; unsubscribe from one",
                    Duration.ofSeconds(1));
        }
        Topic topic = door.topic(caller, name);
        long newest = topics.follow(topic);
        if (after != null && (after < 0 || (newest > 0 && after > newest))) {
            throw ApiProblem.badField(
                    "after", "after has to be from 0 to " + newest + ", the latest event's number, not " + after);
        }
        long usual = topic instanceof Topic.OfJob ? 0 : newest;
        AtomicReference<@Nullable Subscription> made = new AtomicReference<>();
        Runnable ending = topics.listen(topic, () -> {
            Subscription listening = made.get();
            if (listening != null) {
                listening.awake();
                news.run();
            }
        });
        Subscription subscription = new Subscription(name, topic, after == null ? usual : after, ending);
        made.set(subscription);
        return subscription;
    }

    void add(Subscription subscription) {
        byName.put(subscription.name(), subscription);
        news.run();
    }

    boolean remove(String name) {
        Subscription gone = byName.remove(name);
        if (gone != null) {
            gone.end();
        }
        return gone != null;
    }

    Collection<Subscription> all() {
        return byName.values();
    }

    void clear() {
        byName.keySet().forEach(this::remove);
    }
}
