package dev.sandmill.backplane.events;

import java.util.List;

/// What happens, for those who follow it at any process. A job's events are kept as long as it is; those of a named
/// topic while somebody follows it and for an hour, the latest two thousand. Numbers of a topic go up by one.
/// Thread-safe.
public interface Topics {
    /// Tells who follows this; does not wait, and costs the event where Redis is away.
    void publish(Topic.Named topic, String type, String dataJson);

    /// Keeps this topic's events for an hour from now.
    ///
    /// @return the number of the latest one, 0 where there is none
    long follow(Topic topic);

    /// The next events after a number, a few.
    List<StoredEvent> after(Topic topic, long sequence);

    /// Calls the listener when there may be new events, until the answer is run. It must not wait, and some news may
    /// never come: look again from time to time.
    Runnable listen(Topic topic, Runnable listener);
}
