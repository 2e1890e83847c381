package dev.sandmill.orchestrator.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.queue.QueueObserver;
import io.opentelemetry.api.OpenTelemetry;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracedQueueTest {
    /// What is not passed on is not counted once tracing is on.
    @Test
    void whatTheQueueTellsIsPassedOnToWhoCounts() throws ReflectiveOperationException {
        List<String> told = new ArrayList<>();
        QueueObserver counting = (QueueObserver) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {QueueObserver.class}, (_, method, arguments) -> {
                    told.add(method.getName() + Arrays.toString(arguments));
                    return null;
                });
        TracedQueue traced = new TracedQueue(OpenTelemetry.noop().getTracer("test"), counting, new JobOfThread());
        List<String> expected = new ArrayList<>();
        for (Method method : QueueObserver.class.getMethods()) {
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(type -> type == long.class ? (Object) 7L : type == boolean.class ? (Object) true : "x")
                    .toArray();
            expected.add(method.getName() + Arrays.toString(arguments));
            method.invoke(traced, arguments);
        }
        assertThat(expected).hasSizeGreaterThan(3);
        assertThat(told).containsExactlyElementsOf(expected);
    }
}
