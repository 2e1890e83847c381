package dev.sandmill.orchestrator.jobs;

import dev.sandmill.api.Executed;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/// How programs ended and how long they ran.
public final class ExecuteMetrics {
    private final MeterRegistry registry;

    public ExecuteMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    public void finished(Executed executed) {
        Timer.builder("sandmill.execute.run")
                .description("time of programs in the sandbox, by how they ended")
                .tag("status", executed.status().name().toLowerCase(Locale.ROOT))
                .tag("cached", Boolean.toString(executed.cached()))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1))
                .register(registry)
                .record(Duration.ofMillis(executed.usage().wallMillis()));
    }
}
