package dev.sandmill.orchestrator;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.orchestrator.Wiring.SandboxHolder;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.http.IndexableRepositories;
import dev.sandmill.orchestrator.metrics.SocketMetrics;
import dev.sandmill.orchestrator.security.KeyRegistry;
import dev.sandmill.orchestrator.security.RateLimit;
import dev.sandmill.orchestrator.socket.PoolNews;
import dev.sandmill.orchestrator.socket.SocketClients;
import dev.sandmill.orchestrator.socket.SocketRoute;
import dev.sandmill.orchestrator.socket.TopicDoor;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What clients follow over WebSocket.
@Configuration(proxyBeanMethods = false)
class SocketWiring {
    @Bean
    TopicDoor topicDoor(Backplane backplane, IndexableRepositories repositories) {
        return new TopicDoor(backplane.queue(), repositories);
    }

    @Bean
    SocketClients socketClients(
            Backplane backplane,
            TopicDoor door,
            KeyRegistry keys,
            RateLimit rates,
            StrictJson json,
            MeterRegistry registry) {
        return new SocketClients(backplane.topics(), door, keys, rates, json, new SocketMetrics(registry));
    }

    @Bean
    SocketRoute socketRoute(SocketClients clients, ServiceConfig config) {
        return new SocketRoute(clients, config.corsOrigin());
    }

    @Bean
    PoolNews poolNews(ServiceConfig config, SandboxHolder sandbox, Backplane backplane, StrictJson json) {
        return new PoolNews(config.instance(), sandbox.present(), backplane.topics(), json);
    }
}
