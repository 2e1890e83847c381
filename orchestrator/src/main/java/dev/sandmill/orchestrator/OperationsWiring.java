package dev.sandmill.orchestrator;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.orchestrator.Wiring.SandboxHolder;
import dev.sandmill.orchestrator.Wiring.VectorizerHolder;
import dev.sandmill.orchestrator.caches.CacheTuning;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.health.Breakers;
import dev.sandmill.orchestrator.health.Dependencies;
import dev.sandmill.orchestrator.health.HealthRoutes;
import dev.sandmill.orchestrator.http.RequestFilter;
import dev.sandmill.orchestrator.http.StatusRoutes;
import dev.sandmill.orchestrator.jobs.RunMeter;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.metrics.QueueGauges;
import dev.sandmill.orchestrator.metrics.QueueMetrics;
import dev.sandmill.orchestrator.metrics.ServiceMetrics;
import dev.sandmill.orchestrator.settings.LiveSettings;
import dev.sandmill.orchestrator.socket.SocketClients;
import dev.sandmill.orchestrator.tuning.Adaptation;
import dev.sandmill.orchestrator.tuning.Tuning;
import dev.sandmill.orchestrator.tuning.TuningRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What operators look at and turn: health, metrics, status.
@Configuration(proxyBeanMethods = false)
class OperationsWiring {
    @Bean
    Dependencies dependencies(
            Backplane backplane, SandboxHolder sandbox, VectorizerHolder vectorizer, Workers workers) {
        return new Dependencies(backplane, sandbox.present(), vectorizer.present(), workers);
    }

    @Bean
    Breakers breakers(Backplane backplane, SandboxHolder sandbox, VectorizerHolder vectorizer, Mirrors mirrors) {
        return new Breakers(backplane, sandbox.present(), vectorizer.present(), mirrors);
    }

    @Bean
    HealthRoutes healthRoutes(Dependencies dependencies) {
        return new HealthRoutes(dependencies);
    }

    /// What the queue is told to count; as a bean it is both who observes the queue and who measures jobs.
    @Bean
    QueueMetrics queueMetrics(MeterRegistry registry) {
        return new QueueMetrics(registry);
    }

    @Bean
    QueueGauges queueGauges(Dependencies dependencies, Workers workers, QueueMetrics metrics, SocketClients sockets) {
        return new QueueGauges(dependencies, workers, metrics, sockets);
    }

    @Bean
    ServiceMetrics serviceMetrics(
            Dependencies dependencies,
            Workers workers,
            SandboxHolder sandbox,
            Map<String, ByteCache> caches,
            Tuning tuning,
            Breakers breakers) {
        return new ServiceMetrics(dependencies, workers, sandbox.present(), caches, tuning, breakers);
    }

    @Bean
    Tuning tuning(
            ServiceConfig config,
            Backplane backplane,
            Workers workers,
            SandboxHolder sandbox,
            VectorizerHolder vectorizer,
            RunMeter programs) {
        return new Tuning(config, backplane.queue(), workers, sandbox.present(), vectorizer.present(), programs);
    }

    @Bean
    Adaptation adaptation(Tuning tuning, LiveSettings settings, ServiceConfig config) {
        return new Adaptation(tuning, settings, config.instance());
    }

    @Bean
    LiveSettings liveSettings(Backplane backplane, StrictJson json, CacheTuning caches, Tuning tuning) {
        return new LiveSettings(
                backplane.documents(LiveSettings.COLLECTION),
                json,
                InstantSource.system(),
                List.of(caches.group(), tuning.group()));
    }

    @Bean
    TuningRoutes tuningRoutes(Tuning tuning, LiveSettings settings, StrictJson json) {
        return new TuningRoutes(tuning, settings, json);
    }

    @Bean
    StatusRoutes statusRoutes(
            ServiceConfig config,
            Dependencies dependencies,
            RequestFilter requests,
            SandboxHolder sandbox,
            Adaptation adaptation,
            Breakers breakers) {
        return new StatusRoutes(config, dependencies, requests, sandbox.present(), adaptation, breakers);
    }
}
