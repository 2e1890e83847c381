package dev.sandmill.orchestrator.socket;

import java.time.Duration;

/// What one connection, and all of them, may take.
///
/// @param clients at a time in this process, of which `strangers` have not shown a key yet
/// @param subscriptions of one client
/// @param messageBytes of one message from a client
/// @param keyTime until a client without the header has to have shown its key
/// @param silence after which a client that answers no ping is gone
/// @param slowSend how long a frame may take to be taken; longer is a close with 1013
/// @param stuckSend after which the connection of a client that takes nothing is cut
record SocketLimits(
        int clients,
        int strangers,
        int subscriptions,
        int messageBytes,
        Duration keyTime,
        Duration ping,
        Duration silence,
        Duration slowSend,
        Duration stuckSend,
        Duration progressInterval) {
    static final SocketLimits DEFAULT = new SocketLimits(
            1000,
            100,
            100,
            16 << 10,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofMillis(100));
}
