package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.TokenCounter;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The way of texts to the model: cut into calls of bounded size, which run side by side; how many of them at a time
/// is the model's to say. Thread-safe.
final class EmbeddingCalls {
    private final Embedder embedder;
    private final TokenCounter tokens;
    private volatile EmbeddingBounds bounds;

    EmbeddingCalls(Embedder embedder, TokenCounter tokens, EmbeddingBounds bounds) {
        this.embedder = embedder;
        this.tokens = tokens;
        this.bounds = bounds;
    }

    Embedder embedder() {
        return embedder;
    }

    EmbeddingBounds bounds() {
        return bounds;
    }

    void bound(EmbeddingBounds changed) {
        bounds = changed;
    }

    /// By fingerprint.
    ///
    /// @param failed why there is no vector
    record Answers(Map<String, float[]> vectors, Map<String, String> failed) {
        Answers() {
            this(new HashMap<>(), new HashMap<>());
        }

        private void add(Answers others) {
            vectors.putAll(others.vectors);
            failed.putAll(others.failed);
        }
    }

    /// A text that the model cannot take fails alone. An interrupt ends all calls.
    ///
    /// @param ahead of what is embedded in the background
    Answers embed(Map<String, String> textOfFingerprint, boolean ahead) throws InterruptedException {
        List<List<String>> calls = cut(textOfFingerprint);
        Answers answers = new Answers();
        if (calls.size() == 1) {
            ask(calls.getFirst(), textOfFingerprint, ahead, answers);
            return answers;
        }
        List<Future<Answers>> asked = new ArrayList<>(calls.size());
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (List<String> call : calls) {
                    asked.add(callers.submit(() -> {
                        Answers own = new Answers();
                        ask(call, textOfFingerprint, ahead, own);
                        return own;
                    }));
                }
                for (Future<Answers> answer : asked) {
                    answers.add(answer.get());
                }
            } catch (ExecutionException broken) {
                if (broken.getCause() instanceof RuntimeException defect) {
                    throw defect;
                }
                throw new IllegalStateException("a call of the model broke", broken.getCause());
            } finally {
                asked.forEach(call -> call.cancel(true));
            }
        }
        return answers;
    }

    private List<List<String>> cut(Map<String, String> textOfFingerprint) {
        EmbeddingBounds now = bounds;
        boolean counts = (long) now.batchSize() * embedder.maxTokens() > now.batchTokens();
        List<List<String>> calls = new ArrayList<>();
        List<String> call = new ArrayList<>();
        long tokensOfCall = 0;
        for (Map.Entry<String, String> text : textOfFingerprint.entrySet()) {
            int more = counts ? Math.min(tokens.count(text.getValue()), embedder.maxTokens()) : 0;
            if (!call.isEmpty() && (call.size() >= now.batchSize() || tokensOfCall + more > now.batchTokens())) {
                calls.add(call);
                call = new ArrayList<>();
                tokensOfCall = 0;
            }
            call.add(text.getKey());
            tokensOfCall += more;
        }
        if (!call.isEmpty()) {
            calls.add(call);
        }
        return calls;
    }

    /// Halves a call that fails until the text at fault is alone; a model that is away fails them all at once.
    private void ask(List<String> call, Map<String, String> texts, boolean ahead, Answers answers)
            throws InterruptedException {
        try {
            List<String> asked = call.stream()
                    .map(fingerprint -> texts.getOrDefault(fingerprint, ""))
                    .toList();
            float[][] vectors = ahead ? embedder.embedAhead(asked) : embedder.embed(asked);
            for (int at = 0; at < vectors.length; at++) {
                answers.vectors().put(call.get(at), vectors[at]);
            }
        } catch (EmbeddingFailedException failed) {
            if (call.size() == 1 || failed.modelAway()) {
                call.forEach(fingerprint -> answers.failed().put(fingerprint, String.valueOf(failed.getMessage())));
                return;
            }
            int middle = call.size() / 2;
            ask(call.subList(0, middle), texts, ahead, answers);
            ask(call.subList(middle, call.size()), texts, ahead, answers);
        }
    }
}
