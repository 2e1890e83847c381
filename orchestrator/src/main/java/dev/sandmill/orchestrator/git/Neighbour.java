package dev.sandmill.orchestrator.git;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.Deflater;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.TestProtocol;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.util.FS;

/// A repository in a folder of this machine, and the way to it. What it has packed is sent as it lies there, the rest
/// without looking for what resembles it: that saves bytes on a network, and here costs more than all else.
final class Neighbour {
    /// What the protocol calls the only repository that it knows.
    private static final String HANDLE = "test://test/conn0";

    private Neighbour() {}

    /// @throws RepositoryNotFoundException where the folder has none
    static Repository open(Path folder) throws IOException {
        File gitFolder = RepositoryCache.FileKey.resolve(folder.toFile(), FS.DETECTED);
        if (gitFolder == null) {
            throw new RepositoryNotFoundException(folder.toFile());
        }
        return new RepositoryBuilder()
                .setFS(FS.DETECTED)
                .setGitDir(gitFolder)
                .setMustExist(true)
                .build();
    }

    /// JGit's own way to a folder packs as that repository's settings say, and by default slowly. The protocol's name
    /// notwithstanding, it is the one that lets who fetches say how.
    static Transport transport(Repository mirror, Repository neighbour) throws IOException {
        TestProtocol<String> protocol = new TestProtocol<>((purpose, served) -> server(served), null);
        return protocol.open(protocol.register("fetch", neighbour), mirror, null);
    }

    private static UploadPack server(Repository served) {
        PackConfig packing = new PackConfig();
        packing.setDeltaCompress(false);
        packing.setCompressionLevel(Deflater.BEST_SPEED);
        UploadPack server = new UploadPack(served);
        server.setPackConfig(packing);
        return server;
    }

    /// A message of a fetch without the address that nobody gave.
    static String withoutItsHandle(String message) {
        return message.replace(HANDLE + ": ", "");
    }
}
