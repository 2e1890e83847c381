package dev.sandmill.orchestrator;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.orchestrator.caches.CacheRoutes;
import dev.sandmill.orchestrator.caches.CacheTuning;
import dev.sandmill.orchestrator.caches.NoteRoutes;
import dev.sandmill.orchestrator.caches.RepositoryNotes;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.settings.LiveSettings;
import dev.sandmill.orchestrator.socket.TopicDoor;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What is remembered.
@Configuration(proxyBeanMethods = false)
class CacheWiring {
    @Bean
    CacheTuning cacheTuning(Backplane backplane, ServiceConfig config) {
        return new CacheTuning(backplane, config.cacheTtl());
    }

    @Bean
    Map<String, ByteCache> caches(Backplane backplane) {
        return Map.of("results", backplane.cache("results"), "vectors", backplane.cache("vectors"));
    }

    @Bean
    CacheRoutes cacheRoutes(
            Map<String, ByteCache> caches,
            Backplane backplane,
            CacheTuning tuning,
            LiveSettings settings,
            StrictJson json) {
        return new CacheRoutes(
                caches,
                backplane.notes(),
                tuning,
                settings,
                json,
                InstantSource.system(),
                (tenant, type, data) -> backplane.topics().publish(TopicDoor.cache(tenant), type, data));
    }

    @Bean
    RepositoryNotes repositoryNotes(Backplane backplane, StrictJson json) {
        return new RepositoryNotes(
                backplane.notes(),
                json,
                (tenant, type, data) -> backplane.topics().publish(TopicDoor.cache(tenant), type, data));
    }

    @Bean
    NoteRoutes noteRoutes(Map<String, ByteCache> caches, Backplane backplane, CacheTuning tuning, StrictJson json) {
        return new NoteRoutes(backplane.notes(), caches.keySet(), tuning, json);
    }
}
