package dev.sandmill.backplane.queue;

import dev.sandmill.backplane.events.JobNews;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes how an attempt ended, under its token. While Redis is away it tries again for a bounded time; a commit that
/// happened although its answer was lost counts as done.
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_REASON_CHARACTERS = 1000;

    private final WorkerConfig config;
    private final QueueFunctions functions;
    private final JobNews news;
    private final RetryPolicy retries;

    Committer(WorkerConfig config, QueueFunctions functions, JobNews news, RetryPolicy retries) {
        this.config = config;
        this.functions = functions;
        this.news = news;
        this.retries = retries;
    }

    /// What came of a commit: when it was written, the next jobs where some were asked for, and whether one may have
    /// been lost with an answer.
    ///
    /// @param at null where nothing was written under this token, now or before
    record Committed(@Nullable Instant at, List<QueueFunctions.Taken> next, boolean uncertain) {
        static final Committed NOTHING = new Committed(null, List.of(), true);
    }

    Committed commit(ClaimedJob claim, Completion completion, boolean takeNext) {
        return commit(claim, completion, takeNext, PATIENCE);
    }

    /// The same, with this patience for a Redis that is away.
    Committed commit(ClaimedJob claim, Completion completion, boolean takeNext, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        String[] arguments = arguments(claim, completion);
        boolean uncertain = false;
        long start = System.nanoTime();
        while (true) {
            try {
                arguments[9] = takeNext && !uncertain ? "1" : "0";
                List<?> reply = functions.call("sandmill_finish", arguments);
                boolean written = QueueFunctions.text(reply, 0).equals("1");
                report(claim, written);
                functions.observer().committed(config.kind().wireName(), written, System.nanoTime() - start);
                return new Committed(
                        written ? QueueFunctions.instant(reply, 1) : null,
                        QueueFunctions.taken(reply.subList(2, reply.size())),
                        uncertain);
            } catch (QueueUnavailable away) {
                uncertain = true;
                if (System.nanoTime() >= deadline || claim.interruption() == Claim.Interruption.LEASE_LOST) {
                    LOG.warn("job {}: its end could not be written, its lease will run out", claim.id(), away);
                    return Committed.NOTHING;
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return Committed.NOTHING;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private void report(ClaimedJob claim, boolean written) {
        if (written) {
            news.wake(claim.id());
        } else {
            LOG.info(
                    "job {}: attempt {} ended after it had lost its lease",
                    claim.id(),
                    claim.job().attempt());
        }
    }

    private String[] arguments(ClaimedJob claim, Completion completion) {
        int attempt = claim.job().attempt();
        return switch (completion) {
            case Completion.Finished(String outcome) -> arguments(claim, "done", outcome, 0, "");
            case Completion.Failed(String reason, boolean retryable, String deadOutcome) -> {
                long delay = retries.after(attempt, ThreadLocalRandom.current()).toMillis();
                yield arguments(
                        claim, retryable ? "retry" : "dead", deadOutcome, delay, retrying(attempt, reason, delay));
            }
            case Completion.Postponed(String reason, String deadOutcome) -> {
                long delay = retries.after(attempt, ThreadLocalRandom.current()).toMillis();
                yield arguments(claim, "postpone", deadOutcome, delay, retrying(attempt, reason, delay));
            }
            case Completion.HandedBack() ->
                arguments(claim, "back", "", 0, retrying(attempt, "the worker is stopping", 0));
        };
    }

    private String[] arguments(ClaimedJob claim, String how, String outcome, long delayMillis, String retrying) {
        List<String> arguments = new ArrayList<>(List.of(
                config.kind().wireName(),
                claim.id(),
                claim.token(),
                how,
                outcome,
                Long.toString(delayMillis),
                Integer.toString(config.maxAttempts()),
                retrying,
                config.name(),
                "0",
                Long.toString(config.lease().toMillis()),
                "events"));
        arguments.addAll(claim.lastEvents());
        return arguments.toArray(String[]::new);
    }

    private static String retrying(int attempt, String reason, long delayMillis) {
        return "{\"attempt\":" + attempt + ",\"reason\":" + quoted(reason) + ",\"delayMillis\":" + delayMillis + "}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().limit(MAX_REASON_CHARACTERS).forEach(unit -> {
            if (unit == '"' || unit == '\\') {
                json.append('\\').append((char) unit);
            } else if (unit < 0x20 || Character.isSurrogate((char) unit)) {
                json.append("\\u%04x".formatted(unit));
            } else {
                json.append((char) unit);
            }
        });
        return json.append('"').toString();
    }
}
