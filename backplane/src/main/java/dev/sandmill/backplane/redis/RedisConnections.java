package dev.sandmill.backplane.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The one client of a process, which opens its links. Nothing is sent twice: a command that was on its way when the
/// connection broke fails, and whoever sent it decides.
public final class RedisConnections implements AutoCloseable {
    private static final int MAX_UNANSWERED_COMMANDS = 50_000;

    /// Commands that are sent at about the same time leave in one write, and Redis reads them at once.
    private static final class OneWriteForMany implements NettyCustomizer {
        private static final int MOST = 256;

        @Override
        public void afterChannelInitialized(Channel channel) {
            channel.pipeline().addFirst(new FlushConsolidationHandler(MOST, true));
        }
    }

    private final ClientResources resources;
    private final ClientResources promptResources;
    /// Reads and writes on one thread, so that what an answer is followed by leaves without waking another.
    private final EventLoopGroupProvider oneThread = new DefaultEventLoopGroupProvider(1);

    private final RedisClient client;
    private final RedisClient promptClient;
    private final Duration commandTimeout;

    public RedisConnections(URI redis, Duration commandTimeout) {
        this(redis, commandTimeout, Optional.empty());
    }

    /// @param authority whose certificate the server has to show, as PEM; empty is one that Java knows
    public RedisConnections(URI redis, Duration commandTimeout, Optional<Path> authority) {
        this.commandTimeout = commandTimeout;
        this.resources = ClientResources.builder()
                .reconnectDelay(
                        Delay.exponential(Duration.ofMillis(5), Duration.ofMillis(500), 2, TimeUnit.MILLISECONDS))
                .nettyCustomizer(new OneWriteForMany())
                .build();
        RedisURI uri = RedisURI.create(redis);
        uri.setTimeout(commandTimeout);
        uri.setClientName("sandmill");
        this.client = RedisClient.create(resources, uri);
        this.promptResources =
                resources.mutate().eventLoopGroupProvider(oneThread).build();
        this.promptClient = RedisClient.create(promptResources, uri);
        ClientOptions.Builder options = ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP3)
                .autoReconnect(true)
                .replayFilter(command -> true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_UNANSWERED_COMMANDS)
                // Whoever sends waits no longer than its own deadline: a timer for each command is one too many.
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(commandTimeout)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build());
        authority.ifPresent(file -> options.sslOptions(
                SslOptions.builder().trustManager(file.toFile()).build()));
        client.setOptions(options.build());
        promptClient.setOptions(options.build());
    }

    /// A connection for commands that are answered at once, shared by any number of threads.
    public <V> RedisLink<V> link(RedisCodec<String, V> codec) {
        return new RedisLink<>(() -> client.connect(codec), commandTimeout, _ -> {}, null);
    }

    /// A connection of those whose answers are read on one thread: for what is small and waited for.
    public <V> RedisLink<V> promptLink(RedisCodec<String, V> codec) {
        return new RedisLink<>(() -> promptClient.connect(codec), commandTimeout, _ -> {}, null);
    }

    /// The same, with something to do after each connect, and a breaker in front of every call.
    public <V> RedisLink<V> promptLink(
            RedisCodec<String, V> codec, Consumer<RedisLink<V>> onConnected, RedisBreaker breaker) {
        return new RedisLink<>(() -> promptClient.connect(codec), commandTimeout, onConnected, breaker);
    }

    @Override
    public void close() {
        promptClient.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        oneThread.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        promptResources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
