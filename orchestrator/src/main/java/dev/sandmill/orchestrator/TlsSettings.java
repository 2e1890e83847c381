package dev.sandmill.orchestrator;

import dev.sandmill.orchestrator.config.Tls;
import java.util.HashMap;
import java.util.Map;

/// TLS as Spring Boot's web server reads it. A client without a certificate does not get past the handshake. New files
/// are taken for new connections a second after the last change; a pair that does not fit is told and not taken.
final class TlsSettings {
    private static final String BUNDLE = "spring.ssl.bundle.pem.sandmill.";

    private TlsSettings() {}

    static Map<String, Object> of(Tls tls) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(BUNDLE + "keystore.certificate", "file:" + tls.certificate());
        settings.put(BUNDLE + "keystore.private-key", "file:" + tls.key());
        settings.put(BUNDLE + "keystore.verify-keys", true);
        settings.put(BUNDLE + "reload-on-update", true);
        settings.put("spring.ssl.bundle.watch.file.quiet-period", "1s");
        settings.put("server.ssl.bundle", "sandmill");
        settings.put("server.ssl.enabled-protocols", "TLSv1.3,TLSv1.2");
        tls.clientCa().ifPresent(authority -> {
            settings.put(BUNDLE + "truststore.certificate", "file:" + authority);
            settings.put("server.ssl.client-auth", "need");
        });
        return settings;
    }
}
