package dev.sandmill.orchestrator.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// HTTPS, from PEM files that are read again when they change.
///
/// @param certificate of this service, with its chain
/// @param clientCa whose certificates callers have to show; empty is that they need none
/// @param client what the command line shows where callers have to
public record Tls(Path certificate, Path key, Optional<Path> clientCa, Optional<Identity> client) {
    /// @param certificate with its chain
    public record Identity(Path certificate, Path key) {}

    static Optional<Tls> from(Environment env) {
        Optional<Identity> own = identity(env, "SANDMILL_TLS_CERTIFICATE", "SANDMILL_TLS_KEY");
        Optional<Path> clientCa = file(env, "SANDMILL_TLS_CLIENT_CA");
        Optional<Identity> client = identity(env, "SANDMILL_TLS_CLIENT_CERTIFICATE", "SANDMILL_TLS_CLIENT_KEY");
        if (own.isEmpty() && (clientCa.isPresent() || client.isPresent())) {
            throw new BadConfiguration(
                    "SANDMILL_TLS_CLIENT_… is set and SANDMILL_TLS_CERTIFICATE is not: there is no TLS without it");
        }
        return own.map(service -> new Tls(service.certificate(), service.key(), clientCa, client));
    }

    private static Optional<Identity> identity(Environment env, String certificateName, String keyName) {
        Optional<Path> certificate = file(env, certificateName);
        Optional<Path> key = file(env, keyName);
        if (certificate.isPresent() != key.isPresent()) {
            throw new BadConfiguration(certificateName + " and " + keyName + " go together; only one is set");
        }
        return certificate.map(found -> new Identity(found, key.orElseThrow()));
    }

    static Optional<Path> file(Environment env, String name) {
        return env.text(name).map(text -> {
            Path file = Path.of(text).toAbsolutePath().normalize();
            if (Files.isRegularFile(file) && Files.isReadable(file)) {
                return file;
            }
            throw new BadConfiguration(name + " is '" + text + "'; it has to be a PEM file that this user can read");
        });
    }
}
