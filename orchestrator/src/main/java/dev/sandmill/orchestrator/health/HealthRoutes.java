package dev.sandmill.orchestrator.health;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/livez` says that the process runs and looks at nothing outside it; `/readyz` says whether it can work.
@RestController
public final class HealthRoutes {
    private final Dependencies dependencies;

    public HealthRoutes(Dependencies dependencies) {
        this.dependencies = dependencies;
    }

    @GetMapping("/livez")
    Map<String, String> live() {
        return Map.of("status", "up");
    }

    @GetMapping("/readyz")
    ResponseEntity<Map<String, Object>> ready() {
        boolean ready = dependencies.isReady();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", ready ? "up" : "out_of_service");
        Map<String, String> parts = new LinkedHashMap<>();
        for (Dependencies.Dependency dependency : dependencies.snapshot().dependencies()) {
            parts.put(dependency.name(), dependency.available() ? "up" : "down");
        }
        body.put("dependencies", parts);
        return ready
                ? ResponseEntity.ok(body)
                : ResponseEntity.status(503).header("Retry-After", "1").body(body);
    }
}
