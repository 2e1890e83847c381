package dev.sandmill.backplane.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Submissions that come while others are on their way go to Redis together, each with an answer of its own. One that
/// comes alone does not wait for company. Thread-safe.
final class SubmitGroups {
    /// Calls under way at a time: one that Redis works on, one that is being written or read.
    private static final int CALLS = 2;
    /// Of one call, since Redis does nothing else meanwhile. A larger submission goes alone.
    private static final int MOST_TOGETHER = 64;
    private static final int MOST_CHARACTERS = 256 << 10;

    private final QueueFunctions functions;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int underWay;

    SubmitGroups(QueueFunctions functions) {
        this.functions = functions;
    }

    /// @param answer what Redis said to this one alone
    private record Waiting(String[] arguments, CompletableFuture<List<?>> answer) {
        int characters() {
            int sum = 0;
            for (String argument : arguments) {
                sum += argument.length();
            }
            return sum;
        }
    }

    /// Answers what `sandmill_enqueue_all` answers to these six arguments.
    List<?> submit(String... arguments) {
        Waiting mine = new Waiting(arguments, new CompletableFuture<>());
        if (mayGoAlone(mine)) {
            try {
                return checked((List<?>)
                        functions.call("sandmill_enqueue_all", arguments).getFirst());
            } finally {
                next();
            }
        }
        try {
            return checked(mine.answer().get());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new QueueUnavailable("interrupted while submitting", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof QueueUnavailable away) {
                throw away;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    private boolean mayGoAlone(Waiting mine) {
        lock.lock();
        try {
            if (underWay < CALLS) {
                underWay++;
                return true;
            }
            waiting.add(mine);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// A call has ended: in its place those that wait by now, on a thread that no caller can interrupt.
    private void next() {
        List<Waiting> together = new ArrayList<>();
        lock.lock();
        try {
            int characters = 0;
            while (!waiting.isEmpty() && together.size() < MOST_TOGETHER) {
                characters += waiting.getFirst().characters();
                if (characters > MOST_CHARACTERS && !together.isEmpty()) {
                    break;
                }
                together.add(waiting.removeFirst());
            }
            if (together.isEmpty()) {
                underWay--;
                return;
            }
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("submissions").start(() -> send(together));
    }

    private void send(List<Waiting> together) {
        try {
            String[] arguments = together.stream()
                    .flatMap(each -> Stream.of(each.arguments()))
                    .toArray(String[]::new);
            List<?> answers = functions.call("sandmill_enqueue_all", arguments);
            for (int index = 0; index < together.size(); index++) {
                together.get(index).answer().complete((List<?>) answers.get(index));
            }
        } catch (RuntimeException | Error failed) {
            together.forEach(each -> each.answer().completeExceptionally(failed));
        } finally {
            next();
        }
    }

    /// What broke inside of Redis for one of them broke for that one.
    private static List<?> checked(List<?> answer) {
        if (QueueFunctions.text(answer, 0).equals("broken")) {
            String reason = "Redis refused a submission: " + QueueFunctions.text(answer, 1);
            throw new QueueUnavailable(reason, new IllegalStateException(reason));
        }
        return answer;
    }
}
