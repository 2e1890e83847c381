package dev.sandmill.orchestrator.socket;

import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.BearerFilter;
import dev.sandmill.orchestrator.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /ws`: takes a request to the WebSocket protocol (RFC 6455). A page's origin has to be the service's own or
/// `CORS_ORIGIN`; programs send none.
@RestController
public final class SocketRoute {
    private final SocketClients clients;
    private final Optional<String> corsOrigin;

    public SocketRoute(SocketClients clients, Optional<String> corsOrigin) {
        this.clients = clients;
        this.corsOrigin = corsOrigin;
    }

    @GetMapping("/ws")
    void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String upgrade = request.getHeader("Upgrade");
        if (upgrade == null || !upgrade.equalsIgnoreCase("websocket")) {
            throw ApiProblem.badField("Upgrade", "/ws speaks the WebSocket protocol; connect with ws:// or wss://");
        }
        requireOrigin(request);
        SocketClient client = clients.make(
                request.getAttribute(BearerFilter.CALLER) instanceof Caller caller ? caller : null,
                BearerFilter.keyOf(request).orElse(""));
        ServerContainer container = (ServerContainer)
                Objects.requireNonNull(request.getServletContext().getAttribute(ServerContainer.class.getName()));
        try {
            container.upgradeHttpToWebSocket(request, response, configuration(client), Map.of());
        } catch (DeploymentException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void requireOrigin(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null || corsOrigin.filter(origin::equals).isPresent()) {
            return;
        }
        try {
            String authority = URI.create(origin).getAuthority();
            if (authority != null && authority.equalsIgnoreCase(request.getHeader("Host"))) {
                return;
            }
        } catch (IllegalArgumentException unreadable) {
            throw ApiProblem.forbidden("the Origin can not be read");
        }
        throw ApiProblem.forbidden("pages of this Origin may not connect; CORS_ORIGIN names the one that may");
    }

    private static ServerEndpointConfig configuration(SocketClient client) {
        return ServerEndpointConfig.Builder.create(SocketClient.class, "/ws")
                .configurator(new ServerEndpointConfig.Configurator() {
                    @Override
                    public <T> T getEndpointInstance(Class<T> type) {
                        return type.cast(client);
                    }

                    /// No compression: it would cost every client a dictionary's memory.
                    @Override
                    public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> asked) {
                        return List.of();
                    }
                })
                .build();
    }
}
