package dev.sandmill.sandbox.container.docker;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;

/// The socket at which a container's init listens until the first frame after READY, in a folder of the container where
/// only root writes. Nothing of the host's is mounted for it: this process goes to the file through the init's own root
/// folder, which takes the rights of root on the engine's host.
final class InitSocket {
    /// In the container, from its root.
    private static final Path PLACE = Path.of("dev", "sandmill");

    private static final String ROOT = "root";

    private InitSocket() {}

    /// @param process init's number on this host
    /// @throws IOException where it is not to be reached from here
    static DirectLine connect(long process) throws IOException {
        return connect(Path.of("/proc", Long.toString(process), "root").resolve(PLACE));
    }

    static DirectLine connect(Path socket) throws IOException {
        SocketChannel toInit = connected(socket);
        try {
            SocketChannel fromInit = connected(socket);
            try {
                return new DirectLine(toInit, fromInit);
            } catch (IOException | RuntimeException failed) {
                fromInit.close();
                throw failed;
            }
        } catch (IOException | RuntimeException failed) {
            toInit.close();
            throw failed;
        }
    }

    /// The number may be another process's by now; only root makes files where init does.
    private static SocketChannel connected(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        String user =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        if (!user.equals(ROOT)) {
            channel.close();
            throw new IOException(socket + " is " + user + "'s and no init's");
        }
        return channel;
    }
}
