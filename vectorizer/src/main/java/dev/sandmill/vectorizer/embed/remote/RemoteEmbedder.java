package dev.sandmill.vectorizer.embed.remote;

import dev.sandmill.api.BreakerState;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.ModelId;
import dev.sandmill.vectorizer.embed.WorkDone;
import dev.sandmill.vectorizer.embed.remote.EmbeddingsCall.Result;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// A model behind an endpoint that speaks OpenAI's `POST /embeddings`. Texts go in calls of bounded size, as many calls
/// at once as the endpoint bears; a refusal for load is waited out, by all callers; what fails for a moment is tried
/// again; what fails five times in a row is left alone for ten seconds.
public final class RemoteEmbedder implements Embedder {
    private static final int MAX_TOKENS = 8_192;
    /// Of OpenAI's 300,000 tokens per call, in characters of which hardly any makes more than one token.
    private static final int MAX_CALL_CHARACTERS = 250_000;
    private static final int ATTEMPTS = 4;
    private static final int FAILURES = 5;
    private static final Duration LEFT_ALONE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /// Asked to wait for longer than this, a call gives up.
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(2);

    private final RemoteModel model;
    private final EmbeddingsCall call;
    private final AdaptiveLimit limit;
    private final CircuitBreaker breaker;
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder refused = new LongAdder();
    private final WorkDone.Count work = new WorkDone.Count();
    private final int dimension;

    private RemoteEmbedder(RemoteModel model, EmbeddingsCall call) throws InterruptedException {
        this.model = model;
        this.call = call;
        this.limit = new AdaptiveLimit(model.parallelism());
        this.breaker = CircuitBreaker.of(
                "embeddings",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(FAILURES)
                        .minimumNumberOfCalls(FAILURES)
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(LEFT_ALONE)
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .build());
        this.dimension = askFor(List.of("dimension"), 0)[0].length;
    }

    /// Asks once, for the model's dimension.
    ///
    /// @throws EmbeddingFailedException where the endpoint cannot be used, with the reason
    public static RemoteEmbedder connect(RemoteModel model) {
        EmbeddingsCall call = new EmbeddingsCall(model);
        try {
            return new RemoteEmbedder(model, call);
        } catch (InterruptedException interrupted) {
            call.close();
            Thread.currentThread().interrupt();
            throw new EmbeddingFailedException("interrupted while " + model + " was asked", interrupted, true);
        } catch (RuntimeException failed) {
            call.close();
            throw failed;
        }
    }

    @Override
    public float[][] embed(List<String> texts) throws InterruptedException {
        List<List<String>> calls = calls(texts);
        List<Future<float[][]>> answers = new ArrayList<>(calls.size());
        try {
            for (List<String> some : calls) {
                answers.add(callers.submit(() -> askFor(some, dimension)));
            }
            List<float[]> vectors = new ArrayList<>(texts.size());
            for (Future<float[][]> answer : answers) {
                vectors.addAll(List.of(answer.get()));
            }
            return vectors.toArray(float[][]::new);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof EmbeddingFailedException known) {
                throw new EmbeddingFailedException(String.valueOf(known.getMessage()), known, known.modelAway());
            }
            throw new EmbeddingFailedException(model + " could not be asked", failed.getCause());
        } finally {
            answers.forEach(answer -> answer.cancel(true));
        }
    }

    /// Of texts in order, no call larger than allowed. A text is cut at what the model reads at most.
    private List<List<String>> calls(List<String> texts) {
        List<List<String>> calls = new ArrayList<>();
        List<String> some = new ArrayList<>();
        int characters = 0;
        int size = Math.min(model.batchSize(), RemoteModel.MAX_BATCH_SIZE);
        for (String text : texts) {
            String cut = sendable(text);
            if (!some.isEmpty() && (some.size() == size || characters + cut.length() > MAX_CALL_CHARACTERS)) {
                calls.add(some);
                some = new ArrayList<>();
                characters = 0;
            }
            some.add(cut);
            characters += cut.length();
        }
        if (!some.isEmpty()) {
            calls.add(some);
        }
        return calls;
    }

    /// Endpoints refuse a text of nothing.
    private static String sendable(String text) {
        String cut = text.substring(0, Math.min(text.length(), MAX_TOKENS));
        return cut.isBlank() ? "." : cut;
    }

    private float[][] askFor(List<String> texts, int expected) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            long number = limit.begin();
            Result result;
            AdaptiveLimit.End end = AdaptiveLimit.End.UNKNOWN;
            Duration quiet = Duration.ZERO;
            try {
                if (!breaker.tryAcquirePermission()) {
                    refused.increment();
                    throw new EmbeddingFailedException(
                            model + " failed too often and is left alone for a while", null, true);
                }
                result = asked(texts, expected);
                if (result instanceof Result.Vectors) {
                    end = AdaptiveLimit.End.GOOD;
                } else if (result instanceof Result.TooMuch refusal) {
                    end = AdaptiveLimit.End.TOO_MUCH;
                    quiet = refusal.quiet().compareTo(LONGEST_QUIET) > 0 ? Duration.ZERO : refusal.quiet();
                }
            } finally {
                limit.end(number, end, quiet);
            }
            switch (result) {
                case Result.Vectors(var vectors) -> {
                    return vectors;
                }
                case Result.Refused(var reason, var textsAtFault) ->
                    throw new EmbeddingFailedException(model + " " + reason, null, !textsAtFault);
                case Result.TooMuch(var reason, var asked) -> {
                    if (attempt == ATTEMPTS || asked.compareTo(LONGEST_QUIET) > 0) {
                        throw new EmbeddingFailedException(model + " " + reason, null, true);
                    }
                }
                case Result.Broken(var reason) -> {
                    if (attempt == ATTEMPTS) {
                        throw new EmbeddingFailedException(model + " " + reason, null, true);
                    }
                }
            }
            pause(attempt);
        }
    }

    /// The breaker hears of endpoints that are away, not of those that say why they refuse.
    private Result asked(List<String> texts, int expected) throws InterruptedException {
        boolean heard = false;
        long start = System.nanoTime();
        try {
            Result result = call.ask(texts, expected);
            long nanos = System.nanoTime() - start;
            if (result instanceof Result.Vectors) {
                work.add(texts.size(), nanos);
            }
            if (result instanceof Result.Broken(var reason)) {
                breaker.onError(nanos, TimeUnit.NANOSECONDS, new IllegalStateException(reason));
            } else {
                breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            }
            heard = true;
            return result;
        } finally {
            if (!heard) {
                breaker.releasePermission();
            }
        }
    }

    /// Up to twice as long after each attempt, all of it by chance, so that callers do not come back together.
    private void pause(int attempt) throws InterruptedException {
        long most = Math.min(LONGEST_PAUSE.toMillis(), model.firstPause().toMillis() << (attempt - 1));
        Thread.sleep(ThreadLocalRandom.current().nextLong(most + 1));
    }

    @Override
    public void resize(int parallelism) {
        limit.bound(parallelism);
    }

    @Override
    public WorkDone work() {
        return work.sum();
    }

    @Override
    public Optional<BreakerState> breaker() {
        return Optional.of(
                new BreakerState(breaker.getName(), breaker.getState().name().toLowerCase(Locale.ROOT), refused.sum()));
    }

    /// Calls that may be under way at once, just now.
    int allowedCalls() {
        return limit.allowed();
    }

    /// One model at two addresses may be two models.
    @Override
    public ModelId id() {
        String name = model.model().replaceAll("[^A-Za-z0-9._-]", "-");
        return new ModelId(name, "remote-" + hash(model.base() + "\0" + model.model()) + "-" + dimension);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public int maxTokens() {
        return MAX_TOKENS;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public void close() {
        callers.shutdownNow();
        call.close();
        callers.close();
    }
}
