package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.client.HttpSandmillClient;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.client.SandmillProblem;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/// The way to the service of this `SANDMILL_HOME`, with its admin key.
final class Connection {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

    private final ServiceConfig config;

    Connection(ServiceConfig config) {
        this.config = config;
    }

    SandmillClient open() {
        return open(ANSWER_TIME, _ -> {});
    }

    /// @param awayPatience how long a call goes on in all while the service answers that it cannot serve now
    /// @param again hears of every refusal after which the same call is tried again
    SandmillClient open(Duration awayPatience, Consumer<SandmillProblem> again) {
        String host = config.bind().equals("0.0.0.0") || config.bind().equals("::") ? "127.0.0.1" : config.bind();
        String bracketed = host.contains(":") ? "[" + host + "]" : host;
        try {
            String key = Files.readString(config.adminKeyFile()).strip();
            SSLContext tls = config.tls().map(OwnCertificate::context).orElse(null);
            return new HttpSandmillClient(
                    URI.create((tls == null ? "http://" : "https://") + bracketed + ":" + config.port()),
                    key,
                    ANSWER_TIME,
                    awayPatience,
                    again,
                    tls);
        } catch (IOException unreadable) {
            throw new BadUsage("there is no readable key at " + config.adminKeyFile()
                    + "; ./sandmill up makes one, or set SANDMILL_HOME to the instance you mean");
        }
    }
}
