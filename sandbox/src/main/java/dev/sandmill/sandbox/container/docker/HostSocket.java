package dev.sandmill.sandbox.container.docker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// A Unix socket for one container, in a folder that only this user enters. The container's init connects to it before
/// any program runs, and then nobody listens there any more and nothing of it is left here.
final class HostSocket implements AutoCloseable {
    /// Where it is in the container.
    static final String TARGET = "/sandmill/host";

    /// Init's input and its output.
    private static final int CONNECTIONS = 2;

    private final Path folder;
    private final Path path;
    private final ServerSocketChannel server;

    private HostSocket(Path folder, Path path, ServerSocketChannel server) {
        this.folder = folder;
        this.path = path;
        this.server = server;
    }

    static HostSocket open() throws IOException {
        Path folder = Files.createTempDirectory("sandmill-");
        Path path = folder.resolve("host");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        HostSocket socket = new HostSocket(folder, path, server);
        try {
            server.bind(UnixDomainSocketAddress.of(path), CONNECTIONS);
            server.configureBlocking(false);
            // Init is root without its rights over other users' files, so this may have to be open to all who see it.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            return socket;
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    Path path() {
        return path;
    }

    /// Both connections of an init that has said that it is ready; none where it has not made them.
    Optional<DirectLine> connected() throws IOException {
        SocketChannel toInit = server.accept();
        if (toInit == null) {
            return Optional.empty();
        }
        SocketChannel fromInit = server.accept();
        if (fromInit == null) {
            toInit.close();
            throw new IOException("init connected once and not twice");
        }
        return Optional.of(new DirectLine(toInit, fromInit));
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
        Files.deleteIfExists(folder);
    }
}
