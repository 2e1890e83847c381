package dev.sandmill.orchestrator.git;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.transport.PackParser;

/// A mirror that takes no larger packs and objects than are bearable: the only place where a fetch lets that be said.
final class ReceivingRepository extends FileRepository {
    private final FetchBounds bounds;
    private final ReceivedBytes received;

    ReceivingRepository(File folder, FetchBounds bounds, ReceivedBytes received) throws IOException {
        super(folder);
        this.bounds = bounds;
        this.received = received;
    }

    @Override
    public ObjectInserter newObjectInserter() {
        ObjectInserter unbounded = super.newObjectInserter();
        return new ObjectInserter.Filter() {
            @Override
            protected ObjectInserter delegate() {
                return unbounded;
            }

            @Override
            public PackParser newPackParser(InputStream pack) throws IOException {
                PackParser parser = unbounded.newPackParser(received.ofPack(pack));
                parser.setMaxObjectSizeLimit(bounds.maxObjectBytes());
                return parser;
            }
        };
    }
}
