package dev.sandmill.orchestrator.git;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What a process does that fetches for another one: one request at a time from its input, the answer to its output. It
/// ends with its input, whatever it does then, so that none outlives the service.
public final class FetchProgram {
    /// What the JVM ends with where it finds no memory; libraries that count by themselves throw only.
    static final int OUT_OF_MEMORY = 3;

    private static final int BROKEN = 4;

    private final DataInputStream from;
    private final DataOutputStream to;

    private FetchProgram(DataInputStream from, DataOutputStream to) {
        this.from = from;
        this.to = to;
    }

    public static void main(String[] arguments) {
        DataInputStream from = new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        DataOutputStream to = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        // Nothing but answers goes to the output.
        System.setOut(System.err);
        int code = 0;
        try {
            FetchWire.settings(from).forEach(System::setProperty);
            new FetchProgram(from, to).serve();
        } catch (IOException gone) {
            code = BROKEN;
        }
        Runtime.getRuntime().halt(code);
    }

    private void serve() throws IOException {
        ExecutorService fetching = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("fetch").daemon().factory());
        for (FetchRequest request = FetchWire.request(from); request != null; request = FetchWire.request(from)) {
            FetchWire.accept(to);
            FetchRequest accepted = request;
            fetching.execute(() -> answer(accepted));
        }
    }

    private void answer(FetchRequest request) {
        try {
            try {
                FetchWire.answer(fetch(request), to);
            } catch (GitFailure failure) {
                FetchWire.answer(failure, to);
            }
        } catch (OutOfMemoryError exhausted) {
            Runtime.getRuntime().halt(OUT_OF_MEMORY);
        } catch (IOException | RuntimeException | Error broken) {
            Runtime.getRuntime().halt(BROKEN);
        }
    }

    private static Fetch.Fetched fetch(FetchRequest request) throws GitFailure {
        FetchBounds bounds = FetchBounds.ofThisProcess();
        ReceivedBytes received = new ReceivedBytes(bounds);
        try (ReceivingRepository mirror =
                new ReceivingRepository(request.mirror().toFile(), bounds, received)) {
            return new Fetch(request, RemotePolicy.ofHosts(request.allowedHosts()), received, mirror).run();
        } catch (IOException broken) {
            throw new GitFailure("the mirror on this host can not be used: " + broken.getMessage(), true, broken);
        }
    }
}
