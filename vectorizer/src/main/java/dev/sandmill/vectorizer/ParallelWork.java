package dev.sandmill.vectorizer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/// Threads of its own for work on the processor, as many as there are processors. Thread-safe.
final class ParallelWork implements AutoCloseable {
    private static final long STACK_BYTES = 4L << 20;

    private final ExecutorService threads;

    ParallelWork(int threads) {
        this.threads = Executors.newFixedThreadPool(
                threads,
                Thread.ofPlatform()
                        .daemon()
                        .name("index-", 0)
                        .stackSize(STACK_BYTES)
                        .factory());
    }

    /// The results, in the parts' order. An interrupt of the caller ends the wait once what has begun is done.
    <T, R> List<R> map(List<T> parts, Function<T, R> work) throws InterruptedException {
        List<Future<R>> begun = new ArrayList<>(parts.size());
        try {
            for (T part : parts) {
                begun.add(threads.submit(() -> work.apply(part)));
            }
            List<R> results = new ArrayList<>(parts.size());
            for (Future<R> one : begun) {
                results.add(one.get());
            }
            return results;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw new IllegalStateException("work on another thread failed", failed.getCause());
        } finally {
            begun.forEach(one -> one.cancel(false));
        }
    }

    <T> void each(List<T> parts, Consumer<T> work) throws InterruptedException {
        map(parts, part -> {
            work.accept(part);
            return true;
        });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
