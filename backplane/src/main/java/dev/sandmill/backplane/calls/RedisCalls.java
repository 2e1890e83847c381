package dev.sandmill.backplane.calls;

import dev.sandmill.backplane.calls.CallFailed.Reason;
import dev.sandmill.backplane.redis.RedisLink;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A list of questions for each name, and a list of answers for each process that asks. Lists end by themselves soon
/// after nobody can wait for them any more.
public final class RedisCalls implements Calls, AutoCloseable {
    /// How often the one who was asked is looked for while its answer is awaited.
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration LIST_LIFE = Duration.ofMinutes(2);
    private static final int TOKEN_BYTES = 16;

    private final RedisLink<byte[]> link;
    private final Supplier<RedisLink<byte[]>> waiting;
    private final Presence presence;
    private final String replies;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<Frame>> asked = new ConcurrentHashMap<>();
    private @Nullable Mailbox mailbox;
    private boolean closed;

    /// @param link for short commands
    /// @param waiting makes links that may block
    public RedisCalls(RedisLink<byte[]> link, Supplier<RedisLink<byte[]>> waiting) {
        this.link = link;
        this.waiting = waiting;
        this.presence = new Presence(link);
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        this.replies = "calls:{calls}:answers:" + HexFormat.of().formatHex(token);
    }

    static String questions(String name) {
        return "calls:{calls}:questions:" + name;
    }

    @Override
    public Serving serve(String name, CallHandler handler) {
        return new ServedName(name, handler, link, waiting.get(), presence);
    }

    @Override
    public List<String> served() {
        return presence.present();
    }

    @Override
    public Duration silence(String name) {
        return presence.silence(name, presence.now());
    }

    @Override
    public byte[] ask(String name, byte[] question, Duration patience) throws CallFailed, InterruptedException {
        if (question.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "a question has " + question.length + " bytes; at most " + MOST_BYTES + " are allowed");
        }
        listen();
        long now = presence.now();
        requirePresent(name, now);
        long number = numbers.incrementAndGet();
        CompletableFuture<Frame> answer = new CompletableFuture<>();
        asked.put(number, answer);
        try {
            Frame frame = new Frame(Frame.Kind.QUESTION, number, now + patience.toMillis(), replies, question);
            put(link, questions(name), frame);
            return body(name, awaited(name, answer, patience));
        } finally {
            asked.remove(number);
        }
    }

    /// Adds to a list and makes sure that the list ends.
    static void put(RedisLink<byte[]> link, String list, Frame frame) {
        link.call(redis -> {
            var pushed = redis.rpush(list, frame.encoded());
            redis.pexpire(list, LIST_LIFE);
            return pushed;
        });
    }

    private Frame awaited(String name, CompletableFuture<Frame> answer, Duration patience)
            throws CallFailed, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            try {
                return answer.get(Math.clamp(left, 1, LOOK.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                if (left <= LOOK.toNanos()) {
                    throw new CallFailed(
                            Reason.UNANSWERED,
                            "process \"" + name + "\" did not answer within " + patience.toSeconds() + " s");
                }
                requirePresent(name, presence.now());
            } catch (ExecutionException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private static byte[] body(String name, Frame answer) throws CallFailed {
        if (answer.kind() == Frame.Kind.FAILURE) {
            throw new CallFailed(
                    Reason.UNANSWERED,
                    "process \"" + name + "\" failed: " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private void requirePresent(String name, long now) throws CallFailed {
        switch (presence.of(name, now)) {
            case GONE -> throw new CallFailed(Reason.GONE, "process \"" + name + "\" is gone");
            case SILENT ->
                throw new CallFailed(Reason.SILENT, "process \"" + name + "\" has not been heard of for some seconds");
            case PRESENT -> {}
        }
    }

    private synchronized void listen() {
        if (mailbox == null && !closed) {
            mailbox = new Mailbox(waiting.get(), replies, this::arrived).start();
        }
    }

    /// Answers that nobody waits for any more are dropped.
    private void arrived(Frame frame) {
        CompletableFuture<Frame> waits = asked.get(frame.number());
        if (waits != null) {
            waits.complete(frame);
        }
    }

    @Override
    public void close() {
        Mailbox open;
        synchronized (this) {
            closed = true;
            open = mailbox;
        }
        if (open != null) {
            open.close();
        }
    }
}
