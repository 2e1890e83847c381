package dev.sandmill.orchestrator.tracing;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A collector that speaks OTLP over HTTP, as far as traces go: reads what it is sent and keeps it.
public final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> resources = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();

    /// A span as it arrived.
    public record Received(
            String name,
            String traceId,
            String spanId,
            String parentId,
            String state,
            Span.SpanKind kind,
            long startNanos,
            long endNanos,
            Map<String, String> attributes) {}

    private Collector(HttpServer server) {
        this.server = server;
    }

    public static Collector start() throws IOException {
        return start(0);
    }

    /// @param port 0 is any free one
    public static Collector start(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        Collector collector = new Collector(server);
        server.createContext("/v1/traces", collector::receive);
        server.start();
        return collector;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            request.getResourceSpansList().forEach(resource -> {
                resources.add(attributes(resource.getResource().getAttributesList()));
                resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> spans.add(received(span))));
            });
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Received received(Span span) {
        return new Received(
                span.getName(),
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getTraceState(),
                span.getKind(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                attributes(span.getAttributesList()));
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static Map<String, String> attributes(List<KeyValue> values) {
        return values.stream()
                .collect(Collectors.toMap(
                        KeyValue::getKey,
                        value -> value.getValue().hasStringValue()
                                ? value.getValue().getStringValue()
                                : String.valueOf(value.getValue().getIntValue())));
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public int requests() {
        return requests.get();
    }

    public List<Map<String, String>> resources() {
        return resources;
    }

    public Stream<Received> trace(String traceId) {
        return spans.stream().filter(span -> span.traceId().equals(traceId));
    }

    public Optional<Received> span(String traceId, String name) {
        return trace(traceId).filter(span -> span.name().equals(name)).findFirst();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
