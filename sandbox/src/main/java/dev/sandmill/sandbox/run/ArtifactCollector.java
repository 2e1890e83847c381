package dev.sandmill.sandbox.run;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.Content;
import dev.sandmill.api.text.Spelled;
import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Brings back the files that a program left, after its end. For one thread and one run. The bounds that init is
/// asked to keep are kept here too: what comes out of a container is never more than was asked for.
final class ArtifactCollector {
    static final int FILES_MAX = 1000;
    static final long FILE_MAX_BYTES = 4 << 20;
    static final long ALL_MAX_BYTES = 8 << 20;
    /// The path of what is said about the workspace as a whole.
    static final String WORKSPACE = ".";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Container container;
    private final Duration patience;
    private final long fileMaxBytes;
    private final List<Artifact> artifacts = new ArrayList<>();
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private Frame.@Nullable ArtifactFound current;
    private long bytesLeft;

    /// @param files by path
    /// @param cutShort whether more than [#FILES_MAX] matched
    /// @param whole false where time or the container ran out; an error at [#WORKSPACE] says so
    record Found(List<Artifact> files, boolean cutShort, boolean whole) {
        static final Found NOTHING = new Found(List.of(), false, true);

        Found {
            files = List.copyOf(files);
        }
    }

    ArtifactCollector(Container container) {
        this(container, PATIENCE);
    }

    ArtifactCollector(Container container, Duration patience) {
        this(container, patience, FILE_MAX_BYTES, ALL_MAX_BYTES);
    }

    ArtifactCollector(Container container, Duration patience, long fileMaxBytes, long allMaxBytes) {
        this.container = container;
        this.patience = patience;
        this.fileMaxBytes = fileMaxBytes;
        this.bytesLeft = allMaxBytes;
    }

    /// The program has ended and its end is known: a container that is slow or goes away now costs its files, not the
    /// answer.
    ///
    /// @param globs not empty
    /// @throws ContainerLost when init sends more than it was asked for, and is not trusted with the rest
    Found collect(List<String> globs) throws ContainerLost, InterruptedException {
        return answer(new Frame.Collect(FILES_MAX, fileMaxBytes, bytesLeft, globs));
    }

    /// One file, with its content or with what is wrong with it.
    Artifact fetch(String path) throws ContainerLost, InterruptedException {
        Found found = answer(new Frame.Fetch(fileMaxBytes, path));
        if (!found.whole() || found.files().size() != 1) {
            throw refused("one file was asked for, and this came: " + found.files());
        }
        return found.files().getFirst();
    }

    private Found answer(Frame.FromHost request) throws ContainerLost, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            container.send(List.of(request));
        } catch (ContainerLost lost) {
            return incomplete("the container was lost before its files were collected");
        }
        while (true) {
            Optional<Frame.FromInit> next;
            try {
                next = container.receive(Duration.ofNanos(deadline - System.nanoTime()));
            } catch (ContainerLost lost) {
                return incomplete("the container was lost while its files were collected");
            }
            if (next.isEmpty() || System.nanoTime() > deadline) {
                return incomplete("its files did not come within " + Spelled.time(patience));
            }
            switch (next.get()) {
                case Frame.ArtifactFound found -> begin(found);
                case Frame.ArtifactData data -> append(data.bytes());
                case Frame.Collected end -> {
                    requireWhole();
                    finish();
                    artifacts.sort(Comparator.comparing(Artifact::path));
                    return new Found(artifacts, end.cutShort(), true);
                }
                case Frame.Started other -> throw unexpected(other);
                case Frame.Stdout other -> throw unexpected(other);
                case Frame.Stderr other -> throw unexpected(other);
                case Frame.StdinTaken ignored -> {}
                case Frame.Exit other -> throw unexpected(other);
                case Frame.Refused other -> throw unexpected(other);
                case Frame.Ready other -> throw unexpected(other);
                case Frame.ResetDone other -> throw unexpected(other);
                case Frame.ResetFailed other -> throw unexpected(other);
            }
        }
    }

    private Found incomplete(String why) {
        finish();
        artifacts.add(new Artifact(WORKSPACE, 0, null, null, why + "; files may be missing"));
        artifacts.sort(Comparator.comparing(Artifact::path));
        return new Found(artifacts, false, false);
    }

    private void begin(Frame.ArtifactFound found) throws ContainerLost {
        Frame.ArtifactFound open = current;
        if (open != null
                && content.size() < open.sizeBytes()
                && !found.error().isEmpty()
                && Arrays.equals(found.path(), open.path())) {
            drop(open, found.error());
            return;
        }
        requireWhole();
        finish();
        if (artifacts.size() == FILES_MAX) {
            throw refused("more files came than were asked for");
        }
        if (!found.error().isEmpty()) {
            artifacts.add(new Artifact(
                    WorkspaceName.of(found.path()), Math.max(0, found.sizeBytes()), null, null, found.error()));
        } else if (found.sizeBytes() < 0 || found.sizeBytes() > Math.min(fileMaxBytes, bytesLeft)) {
            throw refused("a larger file came than was asked for");
        } else {
            bytesLeft -= found.sizeBytes();
            current = found;
        }
    }

    private void append(byte[] bytes) throws ContainerLost {
        if (current == null || content.size() + (long) bytes.length > current.sizeBytes()) {
            throw refused("more bytes came than a file has");
        }
        content.writeBytes(bytes);
    }

    /// Init ends every content at its size or with an error for the same path.
    private void requireWhole() throws ContainerLost {
        if (current != null && content.size() < current.sizeBytes()) {
            throw refused("a file of " + current.sizeBytes() + " bytes ended after " + content.size());
        }
    }

    private void drop(Frame.ArtifactFound file, String error) {
        content.reset();
        current = null;
        artifacts.add(new Artifact(WorkspaceName.of(file.path()), file.sizeBytes(), null, null, error));
    }

    private void finish() {
        Frame.ArtifactFound file = current;
        if (file == null) {
            return;
        }
        if (content.size() < file.sizeBytes()) {
            drop(file, "could not be read to its end");
            return;
        }
        byte[] bytes = content.toByteArray();
        content.reset();
        current = null;
        artifacts.add(
                new Artifact(WorkspaceName.of(file.path()), bytes.length, sha256(bytes), Content.of(bytes), null));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private ContainerLost unexpected(Frame frame) {
        return refused("init said " + frame.getClass().getSimpleName() + " instead of files");
    }

    private ContainerLost refused(String why) {
        return new ContainerLost("container " + container.id() + " is not trusted any more: " + why, false);
    }
}
