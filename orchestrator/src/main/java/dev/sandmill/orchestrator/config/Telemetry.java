package dev.sandmill.orchestrator.config;

import java.util.HashMap;
import java.util.Map;

/// OpenTelemetry's own variables, as [its specification](https://opentelemetry.io/docs/specs/otel/protocol/exporter/)
/// names them. They count only where one of them says where spans go.
final class Telemetry {
    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    private Telemetry() {}

    /// Empty where there is no tracing.
    static Map<String, String> from(Environment env, Map<String, String> variables) {
        boolean off = env.text("OTEL_SDK_DISABLED", "false").equalsIgnoreCase("true")
                || env.text("OTEL_TRACES_EXPORTER", "otlp").equals("none");
        if (off || env.text(ENDPOINT).isEmpty() && env.text(TRACES_ENDPOINT).isEmpty()) {
            return Map.of();
        }
        for (String name : new String[] {ENDPOINT, TRACES_ENDPOINT}) {
            env.text(name).ifPresent(text -> ServiceConfig.uri(name, text, "http", "https"));
        }
        env.oneOf("OTEL_TRACES_EXPORTER", "otlp", "otlp");
        env.oneOf("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "http/protobuf");
        env.oneOf("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf", "http/protobuf");
        Map<String, String> telemetry = new HashMap<>();
        variables.forEach((name, value) -> {
            if (name.startsWith("OTEL_") && !value.isBlank()) {
                telemetry.put(name, value);
            }
        });
        return Map.copyOf(telemetry);
    }
}
