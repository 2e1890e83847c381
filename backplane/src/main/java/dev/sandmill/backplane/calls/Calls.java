package dev.sandmill.backplane.calls;

import java.time.Duration;
import java.util.List;

/// Calls between processes, by name. A call is made at most once: who asks and gets no answer does not know whether it
/// was carried out. Thread-safe.
public interface Calls {
    /// What a call may carry there and back, in bytes.
    int MOST_BYTES = 16 * 1024 * 1024;

    /// Longer than any silence that is told.
    Duration UNKNOWN = Duration.ofDays(1);

    /// Answers calls under this name until it is closed; no other process may serve the same name.
    ///
    /// @param handler runs on a thread of its own for each call
    Serving serve(String name, CallHandler handler);

    /// Asks the process of this name.
    ///
    /// @param patience for the answer; a process that went away meanwhile is noticed before
    byte[] ask(String name, byte[] question, Duration patience) throws CallFailed, InterruptedException;

    /// The names that are served now, in no order.
    List<String> served();

    /// For how long nothing was heard of this name, by Redis' clock; [#UNKNOWN] where it is not known any more, and ten
    /// seconds where Redis has just begun and nobody can tell.
    Duration silence(String name);

    /// Stops the serving when closed; calls that are running end first only where their handler is quick.
    interface Serving extends AutoCloseable {
        @Override
        void close();
    }
}
