package dev.sandmill.backplane.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to Redis that is slow, tears connections, or swallows what is sent over those that are open.
public final class BadNetwork implements AutoCloseable {
    private volatile int behind;
    private final Duration delay;
    private final double tearing;
    private final Random random;
    private final ServerSocket door;
    private final Set<Way> ways = ConcurrentHashMap.newKeySet();

    /// @param delay of everything, in each direction
    /// @param tearing how likely each piece of data ends its connection instead of arriving
    public BadNetwork(RedisServer redis, Duration delay, double tearing, long seed) {
        this.behind = redis.port();
        this.delay = delay;
        this.tearing = tearing;
        this.random = new Random(seed);
        try {
            this.door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofPlatform().daemon().name("bad-network").start(this::accept);
    }

    public URI uri() {
        return URI.create("redis://127.0.0.1:" + door.getLocalPort());
    }

    /// From now on nothing arrives over the connections that are open, and neither side is told.
    public void swallow() {
        ways.forEach(way -> way.swallowing = true);
    }

    /// From now on this is the way to another server, as where an address moves; what was open is torn.
    public void turnTo(RedisServer another) {
        behind = another.port();
        ways.forEach(Way::tear);
    }

    private static final class Way {
        final Socket outside;
        final Socket inside;
        volatile boolean swallowing;

        Way(Socket outside, Socket inside) {
            this.outside = outside;
            this.inside = inside;
        }

        void tear() {
            for (Socket socket : new Socket[] {outside, inside}) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException torn) {
                    // It is gone already, which is what this is for.
                    continue;
                }
            }
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket outside = door.accept();
                Way way = new Way(outside, inside(outside));
                outside.setTcpNoDelay(true);
                way.inside.setTcpNoDelay(true);
                ways.add(way);
                Thread.ofPlatform().daemon().start(() -> copy(way, way.outside, way.inside));
                Thread.ofPlatform().daemon().start(() -> copy(way, way.inside, way.outside));
            } catch (IOException shut) {
                if (door.isClosed()) {
                    return;
                }
            }
        }
    }

    private Socket inside(Socket outside) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), behind);
        } catch (IOException refused) {
            outside.close();
            throw refused;
        }
    }

    private void copy(Way way, Socket from, Socket to) {
        byte[] buffer = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                Thread.sleep(delay);
                if (tears()) {
                    break;
                }
                if (!way.swallowing) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException | InterruptedException over) {
            // Either side has gone, and with it the way.
            way.tear();
        }
        way.tear();
        ways.remove(way);
    }

    private boolean tears() {
        synchronized (random) {
            return random.nextDouble() < tearing;
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        ways.forEach(Way::tear);
    }
}
