package dev.sandmill.orchestrator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A TCP door in front of a Unix socket that can be shut, which cuts every connection, and opened again.
final class SocketGate implements AutoCloseable {
    private final UnixDomainSocketAddress behind;
    private final int port;
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocketChannel door;

    SocketGate(String unixSocket) throws IOException {
        behind = UnixDomainSocketAddress.of(unixSocket);
        port = ServiceProcess.freePort();
    }

    String dockerHost() {
        return "tcp://127.0.0.1:" + port;
    }

    void open() throws IOException {
        ServerSocketChannel opened = ServerSocketChannel.open();
        opened.setOption(java.net.StandardSocketOptions.SO_REUSEADDR, true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        door = opened;
        Thread.ofVirtual().start(() -> {
            while (opened.isOpen()) {
                try {
                    SocketChannel outside = opened.accept();
                    SocketChannel inside = SocketChannel.open(behind);
                    channels.add(outside);
                    channels.add(inside);
                    Thread.ofPlatform().daemon().start(() -> copy(outside, inside));
                    Thread.ofPlatform().daemon().start(() -> copy(inside, outside));
                } catch (IOException shut) {
                    return;
                }
            }
        });
    }

    void shut() throws IOException {
        ServerSocketChannel open = door;
        if (open != null) {
            open.close();
            door = null;
        }
        for (SocketChannel channel : channels) {
            channel.close();
        }
        channels.clear();
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException cut) {
            // One side is gone; closing the other is all there is to do.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        shut();
    }
}
