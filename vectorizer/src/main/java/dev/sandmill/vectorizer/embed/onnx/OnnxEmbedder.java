package dev.sandmill.vectorizer.embed.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.embed.ModelId;
import dev.sandmill.vectorizer.embed.WorkDone;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.stream.Stream;

/// all-MiniLM-L6-v2 in this process: one session, as many single-threaded workers as given, each text tokenised once
/// and run alone. A call of one text, which is what a search makes, and one for somebody who waits go to the head of
/// the line.
public final class OnnxEmbedder implements Embedder {
    /// The native library needs more than the default stack on some versions.
    private static final long STACK_BYTES = 8L << 20;
    private static final int LINE_LENGTH = 1024;

    private final ModelId id;
    private final WordPieces wordPieces;
    private final OrtSession session;
    private final LinkedBlockingDeque<Task> line = new LinkedBlockingDeque<>(LINE_LENGTH);
    private final WorkDone.Count work = new WorkDone.Count();
    /// Guarded by this. Those at work, and those that leave when their text is done.
    private final List<Thread> workers = new ArrayList<>();
    private final List<Thread> leaving = new ArrayList<>();
    private volatile boolean closed;

    private OnnxEmbedder(ModelId id, WordPieces wordPieces, OrtSession session) {
        this.id = id;
        this.wordPieces = wordPieces;
        this.session = session;
    }

    /// Loads the packaged model and starts its workers.
    ///
    /// @param parallelism texts at a time, each on a processor of its own
    public static OnnxEmbedder start(int parallelism) {
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism has to be at least 1, not " + parallelism);
        }
        CompletableFuture<OnnxEmbedder> started = new CompletableFuture<>();
        Thread starter = Thread.ofPlatform()
                .name("embed-start")
                .daemon()
                .stackSize(STACK_BYTES)
                .start(() -> {
                    try {
                        started.complete(load(parallelism));
                    } catch (OrtException | RuntimeException | LinkageError failed) {
                        started.completeExceptionally(failed);
                    }
                });
        try {
            OnnxEmbedder embedder = started.get();
            starter.join();
            return embedder;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            started.thenAccept(OnnxEmbedder::close);
            throw new EmbeddingFailedException("interrupted while the model was loading", interrupted);
        } catch (ExecutionException failed) {
            throw new EmbeddingFailedException("cannot start " + MiniLm.NAME, failed.getCause());
        }
    }

    private static OnnxEmbedder load(int parallelism) throws OrtException {
        MiniLm model = MiniLm.load();
        WordPieces wordPieces = TokenizerFile.read(model.tokenizer());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session = Inference.session(environment, model.weights());
        OnnxEmbedder embedder = new OnnxEmbedder(model.id(), wordPieces, session);
        embedder.resize(parallelism);
        return embedder;
    }

    @Override
    public float[][] embed(List<String> texts) throws InterruptedException {
        return embed(texts, texts.size() == 1);
    }

    @Override
    public float[][] embedAhead(List<String> texts) throws InterruptedException {
        return embed(texts, true);
    }

    private float[][] embed(List<String> texts, boolean ahead) throws InterruptedException {
        List<Task> tasks = new ArrayList<>(texts.size());
        try {
            for (String text : texts) {
                Task task = new Task(text, new CompletableFuture<>());
                tasks.add(task);
                if (ahead) {
                    line.putFirst(task);
                } else {
                    line.putLast(task);
                }
                if (closed) {
                    throw new EmbeddingFailedException("the embedder is closed", null);
                }
            }
            float[][] vectors = new float[texts.size()][];
            for (int at = 0; at < vectors.length; at++) {
                vectors[at] = tasks.get(at).vector().get();
            }
            return vectors;
        } catch (ExecutionException failed) {
            throw new EmbeddingFailedException(MiniLm.NAME + " could not embed a text", failed.getCause());
        } finally {
            tasks.forEach(task -> task.vector().cancel(false));
        }
    }

    /// Texts at a time. Who is too much leaves when its text is done; who is missing starts now.
    @Override
    public synchronized void resize(int parallelism) {
        if (closed) {
            return;
        }
        while (workers.size() > parallelism) {
            Thread last = workers.removeLast();
            last.interrupt();
            leaving.add(last);
        }
        leaving.removeIf(worker -> !worker.isAlive());
        while (workers.size() < parallelism) {
            Inference inference = new Inference(OrtEnvironment.getEnvironment(), session);
            workers.add(Thread.ofPlatform()
                    .name("embed-" + workers.size())
                    .daemon()
                    .stackSize(STACK_BYTES)
                    .start(() -> work(inference)));
        }
    }

    @Override
    public WorkDone work() {
        return work.sum();
    }

    synchronized long workersAlive() {
        return Stream.concat(workers.stream(), leaving.stream())
                .filter(Thread::isAlive)
                .count();
    }

    /// How many tokens a text has for this model, its own two marks not counted.
    public int countTokens(String text) {
        return wordPieces.count(text);
    }

    @Override
    public ModelId id() {
        return id;
    }

    @Override
    public int maxTokens() {
        return MiniLm.MAX_TOKENS;
    }

    @Override
    public int dimension() {
        return MiniLm.DIMENSION;
    }

    private void work(Inference inference) {
        while (!closed) {
            try {
                Task task = line.take();
                if (!task.vector().isDone()) {
                    run(task, inference);
                }
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    private void run(Task task, Inference inference) {
        long start = System.nanoTime();
        try {
            task.vector().complete(inference.vectorOf(wordPieces.encode(task.text(), MiniLm.MAX_TOKENS)));
            work.add(1, System.nanoTime() - start);
        } catch (OrtException | RuntimeException failed) {
            task.vector().completeExceptionally(failed);
        }
    }

    @Override
    public void close() {
        List<Thread> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            all = new ArrayList<>(workers);
            all.addAll(leaving);
        }
        all.forEach(Thread::interrupt);
        boolean interrupted = false;
        for (Thread worker : all) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        EmbeddingFailedException reason = new EmbeddingFailedException("the embedder is closed", null);
        for (Task task = line.poll(); task != null; task = line.poll()) {
            task.vector().completeExceptionally(reason);
        }
        try {
            session.close();
        } catch (OrtException broken) {
            throw new IllegalStateException("cannot close the model's session", broken);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private record Task(String text, CompletableFuture<float[]> vector) {}
}
