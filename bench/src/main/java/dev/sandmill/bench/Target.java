package dev.sandmill.bench;

import dev.sandmill.api.client.HttpSandmillClient;
import dev.sandmill.api.client.SandmillClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The running service that is measured; nothing is asked of it before the first client is made.
///
/// @param keyFile holds the admin key
record Target(URI base, Path keyFile) {
    /// The service of this environment's `SANDMILL_HOME`, `SANDMILL_BIND` and `SANDMILL_PORT`.
    static Target of(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("SANDMILL_HOME", ".sandmill"));
        String host = environment.getOrDefault("SANDMILL_BIND", "127.0.0.1");
        String port = environment.getOrDefault("SANDMILL_PORT", "8080");
        return new Target(URI.create("http://" + host + ":" + port), home.resolve("admin.key"));
    }

    SandmillClient client() throws IOException {
        return new HttpSandmillClient(base, Files.readString(keyFile).strip());
    }

    PlainCalls plainCalls() throws IOException {
        return plainCalls(Files.readString(keyFile).strip());
    }

    PlainCalls plainCalls(String key) {
        return new PlainCalls(base, key);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
