package dev.sandmill.orchestrator.http;

import com.sun.management.OperatingSystemMXBean;
import dev.sandmill.api.BreakerState;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.config.ServiceRole;
import dev.sandmill.orchestrator.health.Breakers;
import dev.sandmill.orchestrator.health.Dependencies;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.orchestrator.tuning.Adaptation;
import dev.sandmill.orchestrator.tuning.AdaptiveLimit;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxStats;
import dev.sandmill.sandbox.session.SessionCounts;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /v1/status`: how this process is, in one look.
@RestController
public final class StatusRoutes {
    private final ServiceConfig config;
    private final Dependencies dependencies;
    private final RequestFilter requests;
    private final Optional<Sandbox> sandbox;
    private final Adaptation adaptation;
    private final Breakers breakers;
    private final OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    public StatusRoutes(
            ServiceConfig config,
            Dependencies dependencies,
            RequestFilter requests,
            Optional<Sandbox> sandbox,
            Adaptation adaptation,
            Breakers breakers) {
        this.config = config;
        this.dependencies = dependencies;
        this.requests = requests;
        this.sandbox = sandbox;
        this.adaptation = adaptation;
        this.breakers = breakers;
        // Loads are measured since the call before; this is the one before the first.
        machine.getProcessCpuLoad();
        machine.getCpuLoad();
    }

    @GetMapping("/v1/status")
    Status status(Caller caller) {
        caller.requireReader();
        Dependencies.Snapshot now = dependencies.snapshot();
        List<BreakerState> states = breakers.states();
        boolean all = dependencies.isReady() && states.stream().allMatch(BreakerState::isClosed);
        boolean redis = dependencies.isAvailable("redis");
        Runtime runtime = Runtime.getRuntime();
        return new Status(
                all ? "healthy" : redis ? "degraded" : "unhealthy",
                String.valueOf(StatusRoutes.class.getPackage().getImplementationVersion()),
                config.roles().stream().map(ServiceRole::wireName).sorted().toList(),
                ManagementFactory.getRuntimeMXBean().getUptime(),
                new Memory(
                        runtime.totalMemory() - runtime.freeMemory(),
                        runtime.maxMemory(),
                        machine.getTotalMemorySize(),
                        machine.getFreeMemorySize()),
                new Cpu(runtime.availableProcessors(), load(machine.getProcessCpuLoad()), load(machine.getCpuLoad())),
                requests.activeRequests(),
                now.durability(),
                new Queue(
                        now.queue().queued(),
                        now.queue().running(),
                        now.queue().delayed(),
                        now.queue().dead(),
                        now.queue().capacity()),
                sandbox.map(Sandbox::stats).orElse(null),
                sandbox.map(present -> present.sessions().counts()).orElse(null),
                adaptation.views(),
                now.dependencies(),
                states);
    }

    private static double load(double measured) {
        return Math.round(Math.max(0, measured) * 1000) / 1000.0;
    }

    record Status(
            String status,
            String version,
            List<String> roles,
            long uptimeMillis,
            Memory memory,
            Cpu cpu,
            int activeConnections,
            String durability,
            Queue queue,
            @Nullable SandboxStats sandbox,
            @Nullable SessionCounts sessions,
            List<AdaptiveLimit.View> adaptive,
            List<Dependencies.Dependency> dependencies,
            List<BreakerState> breakers) {}

    record Memory(long heapUsedBytes, long heapMaxBytes, long machineTotalBytes, long machineFreeBytes) {}

    record Cpu(int processors, double processLoad, double machineLoad) {}

    record Queue(long queued, long running, long delayed, long dead, long capacity) {}
}
