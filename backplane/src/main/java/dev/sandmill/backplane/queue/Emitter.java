package dev.sandmill.backplane.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One claim's events on their way to Redis. What is said waits a moment for more, and what is said last goes
/// along with the job's end; at most one batch is unanswered, what comes meanwhile forms the next one. A
/// program that talks faster than Redis listens is slowed down, but not by a Redis that does not listen at
/// all. Thread-safe.
final class Emitter {
    private static final Logger LOG = LoggerFactory.getLogger(Emitter.class);
    private static final int MAX_WAITING_BYTES = 1 << 20;
    private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /// Most programs say one thing and end: this long is nothing to who watches, and saves them a round trip.
    private static final long GATHER_MILLIS = 5;
    private static final int GATHER_BYTES = 32 << 10;

    private final QueueFunctions functions;
    private final String job;
    private final String token;
    private final ScheduledExecutorService clock;
    private final Runnable sent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private List<String> waiting = new ArrayList<>();
    private long waitingBytes;
    private long dropped;
    private boolean sending;
    private boolean stalled;
    private boolean closed;
    private @Nullable Future<?> sendingSoon;

    /// @param clock runs what is to be sent soon
    /// @param sent runs after each batch that Redis took
    Emitter(QueueFunctions functions, String job, String token, ScheduledExecutorService clock, Runnable sent) {
        this.functions = functions;
        this.job = job;
        this.token = token;
        this.clock = clock;
        this.sent = sent;
    }

    void emit(String type, String dataJson) {
        lock.lock();
        try {
            if (closed || !hasRoom()) {
                dropped++;
                return;
            }
            waiting.add(type);
            waiting.add(dataJson);
            waitingBytes += type.length() + dataJson.length();
            if (sending) {
                return;
            }
            if (waitingBytes >= GATHER_BYTES) {
                send();
            } else if (sendingSoon == null) {
                sendingSoon = clock.schedule(this::sendGathered, GATHER_MILLIS, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private void sendGathered() {
        lock.lock();
        try {
            if (!sending) {
                send();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Sends nothing more. Answers the (type, data) pairs that wait, for whatever is sent next on the same connection.
    List<String> close() {
        lock.lock();
        try {
            closed = true;
            dropTimer();
            if (dropped > 0) {
                LOG.warn("job {}: dropped {} events while Redis was away", job, dropped);
                dropped = 0;
            }
            List<String> last = waiting;
            waiting = new ArrayList<>();
            waitingBytes = 0;
            room.signalAll();
            return last;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        long left = stalled ? 0 : MAX_PAUSE_NANOS;
        try {
            while (waitingBytes > MAX_WAITING_BYTES && left > 0) {
                left = room.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        stalled = waitingBytes > MAX_WAITING_BYTES;
        return !stalled;
    }

    private void dropTimer() {
        if (sendingSoon != null) {
            sendingSoon.cancel(false);
            sendingSoon = null;
        }
    }

    private void send() {
        dropTimer();
        if (waiting.isEmpty()) {
            return;
        }
        String[] arguments = new String[waiting.size() + 2];
        arguments[0] = job;
        arguments[1] = token;
        for (int index = 0; index < waiting.size(); index++) {
            arguments[index + 2] = waiting.get(index);
        }
        int events = waiting.size() / 2;
        waiting = new ArrayList<>();
        waitingBytes = 0;
        sending = true;
        room.signalAll();
        try {
            functions.send("sandmill_emit", arguments).whenComplete((_, failure) -> answered(events, failure));
        } catch (QueueUnavailable away) {
            dropped += events;
            sending = false;
        }
    }

    private void answered(int events, @Nullable Throwable failure) {
        lock.lock();
        try {
            sending = false;
            if (failure != null) {
                dropped += events;
                LOG.debug("job {}: {} events are lost: {}", job, events, failure.getMessage());
            }
            send();
        } finally {
            lock.unlock();
        }
        if (failure == null) {
            sent.run();
        }
    }
}
