package dev.sandmill.orchestrator.http;

import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.backplane.cache.CacheStats;
import dev.sandmill.orchestrator.security.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /v1/cache/stats`: what each cache of this process found and did not find.
@RestController
public final class CacheRoutes {
    private final Map<String, ByteCache> caches;

    public CacheRoutes(Map<String, ByteCache> caches) {
        this.caches = new TreeMap<>(caches);
    }

    @GetMapping("/v1/cache/stats")
    Map<String, Map<String, CacheStats>> stats(Caller caller) {
        caller.requireReader();
        Map<String, CacheStats> namespaces = new LinkedHashMap<>();
        caches.forEach((name, cache) -> namespaces.put(name, cache.stats()));
        return Map.of("namespaces", namespaces);
    }
}
