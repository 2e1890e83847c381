package dev.sandmill.sandbox.cache;

import dev.sandmill.api.Executed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Lets one of the callers that want the same result run the program; the others wait for it. Holds no more than the
/// callers that are inside. Thread-safe.
public final class SingleFlight {
    private final ConcurrentHashMap<ResultKey, CompletableFuture<End>> flights = new ConcurrentHashMap<>();

    /// How a flight ended for those who waited.
    private sealed interface End {
        record Answered(Executed executed) implements End {}

        /// The program ended in a way that says nothing of the next run: each runs it itself, at once.
        record Alone() implements End {}

        /// The one in front failed or was cancelled: another takes its place.
        record Failed() implements End {}
    }

    /// A place in a flight, to be closed. Who has no answer runs the program.
    public final class Seat implements AutoCloseable {
        private final ResultKey key;
        private final Optional<Executed> answer;
        private final Optional<CompletableFuture<End>> led;

        private Seat(ResultKey key, Optional<Executed> answer, Optional<CompletableFuture<End>> led) {
            this.key = key;
            this.answer = answer;
            this.led = led;
        }

        /// What the one in front got.
        public Optional<Executed> answer() {
            return answer;
        }

        /// Tells those who wait.
        public void share(Executed executed) {
            end(new End.Answered(executed));
        }

        /// Lets those who wait run the program themselves, all at a time.
        public void disband() {
            end(new End.Alone());
        }

        /// Without a word before: one of those who wait comes to the front.
        @Override
        public void close() {
            end(new End.Failed());
        }

        private void end(End end) {
            led.ifPresent(flight -> {
                flights.remove(key, flight);
                flight.complete(end);
            });
        }
    }

    /// Takes a place, and waits behind another of the same key, at most for `patience`; after that the caller is on its
    /// own.
    public Seat take(ResultKey key, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            CompletableFuture<End> own = new CompletableFuture<>();
            CompletableFuture<End> before = flights.putIfAbsent(key, own);
            if (before == null) {
                return new Seat(key, Optional.empty(), Optional.of(own));
            }
            switch (await(before, deadline - System.nanoTime())) {
                case End.Answered(Executed executed) -> {
                    return new Seat(key, Optional.of(executed), Optional.empty());
                }
                case End.Alone() -> {
                    return new Seat(key, Optional.empty(), Optional.empty());
                }
                case End.Failed() -> {}
            }
        }
    }

    private static End await(CompletableFuture<End> flight, long nanos) throws InterruptedException {
        try {
            return flight.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return new End.Alone();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a flight ends with a value", impossible);
        }
    }
}
