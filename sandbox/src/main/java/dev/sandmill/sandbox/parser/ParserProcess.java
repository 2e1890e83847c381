package dev.sandmill.sandbox.parser;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;

/// One running parser. For one thread at a time, but for [#killIfLate].
final class ParserProcess implements AutoCloseable {
    static final int MAGIC = 0x31504d53; // "SMP1"

    private static final int REQUEST_BYTES = 24;
    private static final int ANSWER_BYTES = 16;
    private static final int MAX_GREETING_BYTES = 1 << 20;

    /// Nodes for each byte of a source at most; ordinary programs have a third of one.
    private static final int MAX_NODES_PER_BYTE = 3;

    private static final int MAX_NODES_OF_NONE = 4_096;

    private final Process process;
    private final OutputStream to;
    private final InputStream from;
    private final ByteBuffer head = ByteBuffer.allocate(REQUEST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private Map<String, GrammarNames> grammars = Map.of();

    /// When it is to be killed, by the clock of [System#nanoTime]; counts only while it is busy.
    private volatile long deadline;

    private volatile boolean busy;

    ParserProcess(Process process) {
        this.process = process;
        to = process.getOutputStream();
        from = process.getInputStream();
    }

    /// An answer as it came over the pipe.
    ///
    /// @param tree null where there is none
    record Answer(
            int status,
            int offset,
            @org.jspecify.annotations.Nullable FlatTree tree) {}

    /// Waits until it is ready.
    void greet(Duration patience) throws IOException {
        begin(patience);
        try {
            ByteBuffer start = ByteBuffer.wrap(read(8)).order(ByteOrder.LITTLE_ENDIAN);
            if (start.getInt() != MAGIC) {
                throw new MalformedAnswer("a greeting of another protocol");
            }
            int length = start.getInt();
            if (length < 0 || length > MAX_GREETING_BYTES) {
                throw new MalformedAnswer("a greeting of " + Integer.toUnsignedString(length) + " bytes");
            }
            grammars = GrammarNames.read(read(length));
        } finally {
            busy = false;
        }
    }

    /// @throws IOException where it has died, or was killed because its time was up
    Answer parse(String language, byte[] source, long maxSteps, int maxDepth, Duration patience) throws IOException {
        GrammarNames names = grammars.get(language);
        if (names == null) {
            throw new IllegalArgumentException("the parser has no grammar for " + language);
        }
        begin(patience);
        try {
            head.clear()
                    .putInt(names.number())
                    .putInt(source.length)
                    .putLong(maxSteps)
                    .putInt(maxDepth)
                    .putInt(0);
            to.write(head.array());
            to.write(source);
            to.flush();
            ByteBuffer answer = ByteBuffer.wrap(read(ANSWER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            int status = answer.getInt();
            int nodes = answer.getInt();
            int offset = Math.clamp(answer.getInt(), 0, source.length);
            boolean broken = answer.getInt() != 0;
            if (status != ParserStatus.TREE) {
                return new Answer(status, offset, null);
            }
            if (nodes < 1 || nodes > (long) source.length * MAX_NODES_PER_BYTE + MAX_NODES_OF_NONE) {
                throw new MalformedAnswer(Integer.toUnsignedString(nodes) + " nodes");
            }
            byte[] written = read(Math.multiplyExact(nodes, FlatTree.NODE_BYTES));
            return new Answer(status, 0, FlatTree.of(written, broken, names, source.length));
        } finally {
            busy = false;
        }
    }

    private void begin(Duration patience) {
        deadline = System.nanoTime() + patience.toNanos();
        busy = true;
    }

    private byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        if (from.readNBytes(bytes, 0, length) < length) {
            throw new EOFException("the parser ended");
        }
        return bytes;
    }

    /// Called from another thread; its own one then reads an end.
    void killIfLate(long now) {
        if (busy && now - deadline > 0) {
            process.destroyForcibly();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /// Kills it: it holds nothing that would be lost.
    @Override
    public void close() {
        process.destroyForcibly();
        try (to;
                from) {
            // Closing them is all; what is still to be written has no reader.
        } catch (IOException gone) {
            // Flushing into a dead process's pipe fails, and the descriptor is closed all the same.
            busy = false;
        }
    }
}
