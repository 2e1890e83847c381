package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.client.HttpSandmillClient;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;

/// The way to the service of this `SANDMILL_HOME`, with its admin key.
final class Connection {
    private final ServiceConfig config;

    Connection(ServiceConfig config) {
        this.config = config;
    }

    SandmillClient open() {
        String host = config.bind().equals("0.0.0.0") || config.bind().equals("::") ? "127.0.0.1" : config.bind();
        String bracketed = host.contains(":") ? "[" + host + "]" : host;
        try {
            String key = Files.readString(config.adminKeyFile()).strip();
            return new HttpSandmillClient(URI.create("http://" + bracketed + ":" + config.port()), key);
        } catch (IOException unreadable) {
            throw new BadUsage("there is no readable key at " + config.adminKeyFile()
                    + "; ./sandmill up makes one, or set SANDMILL_HOME to the instance you mean");
        }
    }
}
