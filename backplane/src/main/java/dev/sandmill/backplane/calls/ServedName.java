package dev.sandmill.backplane.calls;

import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.RedisException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One name that this process answers for: a mailbox, a sign of life every two seconds, and a thread for each call.
final class ServedName implements Calls.Serving {
    private static final Logger LOG = LoggerFactory.getLogger(ServedName.class);
    /// Calls that run at once; further ones wait in Redis.
    private static final int MOST = 128;

    private final String name;
    private final CallHandler handler;
    private final RedisLink<byte[]> link;
    private final Presence presence;
    private final Semaphore running = new Semaphore(MOST);
    private final Mailbox mailbox;
    private final Thread beating;
    private volatile boolean closed;

    ServedName(String name, CallHandler handler, RedisLink<byte[]> link, RedisLink<byte[]> waiting, Presence presence) {
        this.name = name;
        this.handler = handler;
        this.link = link;
        this.presence = presence;
        this.mailbox = new Mailbox(waiting, RedisCalls.questions(name), this::asked).start();
        this.beating = Thread.ofVirtual().name("sandmill-presence").start(this::beat);
    }

    private void beat() {
        while (!closed) {
            try {
                presence.beat(name);
            } catch (RedisUnavailable | RedisException away) {
                LOG.debug("the sign of life of {} was not sent: {}", name, away.getMessage());
            }
            try {
                Thread.sleep(Presence.BEAT);
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    private void asked(Frame question) {
        running.acquireUninterruptibly();
        Thread.ofVirtual().name("sandmill-call").start(() -> {
            try {
                answer(question);
            } finally {
                running.release();
            }
        });
    }

    private void answer(Frame question) {
        try {
            if (presence.now() >= question.deadline()) {
                LOG.debug("a call for {} came too late", name);
                return;
            }
            RedisCalls.put(link, question.replyTo(), answered(question));
        } catch (RedisUnavailable | RedisException away) {
            LOG.warn("an answer of {} could not be sent: {}", name, away.getMessage());
        }
    }

    private Frame answered(Frame question) {
        Frame.Kind kind = Frame.Kind.ANSWER;
        byte[] body;
        try {
            body = handler.answer(question.body());
            if (body.length > Calls.MOST_BYTES) {
                kind = Frame.Kind.FAILURE;
                body = told("its answer has " + body.length + " bytes; at most " + Calls.MOST_BYTES + " are allowed");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            kind = Frame.Kind.FAILURE;
            body = told("it was stopped");
        } catch (RuntimeException defect) {
            LOG.error("a call for {} failed", name, defect);
            kind = Frame.Kind.FAILURE;
            body = told("it has a defect; its log says more");
        }
        return new Frame(kind, question.number(), 0, "", body);
    }

    private static byte[] told(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        beating.interrupt();
        mailbox.close();
        try {
            beating.join();
            presence.leave(name);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RedisUnavailable | RedisException away) {
            LOG.debug("{} could not say goodbye: {}", name, away.getMessage());
        }
    }
}
