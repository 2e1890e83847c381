package dev.sandmill.bench;

import dev.sandmill.api.client.HttpSandmillClient;
import dev.sandmill.api.client.SandmillClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The running service that is measured.
record Target(URI base, String key) {
    /// The service of this environment's `SANDMILL_HOME`, `SANDMILL_BIND` and `SANDMILL_PORT`.
    static Target of(Map<String, String> environment) throws IOException {
        Path home = Path.of(environment.getOrDefault("SANDMILL_HOME", ".sandmill"));
        String host = environment.getOrDefault("SANDMILL_BIND", "127.0.0.1");
        String port = environment.getOrDefault("SANDMILL_PORT", "8080");
        return new Target(
                URI.create("http://" + host + ":" + port),
                Files.readString(home.resolve("admin.key")).strip());
    }

    SandmillClient client() {
        return new HttpSandmillClient(base, key);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
