package dev.sandmill.sandbox.run;

import dev.sandmill.api.Content;
import dev.sandmill.sandbox.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.function.BiConsumer;

/// Keeps what a program prints, up to a limit per stream, and passes it on as it comes.
final class OutputCollector {
    enum Stream {
        STDOUT,
        STDERR
    }

    private final long limitBytes;
    private final BiConsumer<Stream, byte[]> listener;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    OutputCollector(long limitBytes, BiConsumer<Stream, byte[]> listener) {
        this.limitBytes = limitBytes;
        this.listener = listener;
    }

    void accept(Frame.Stdout frame) {
        accept(Stream.STDOUT, stdout, frame.bytes());
    }

    void accept(Frame.Stderr frame) {
        accept(Stream.STDERR, stderr, frame.bytes());
    }

    private void accept(Stream stream, ByteArrayOutputStream kept, byte[] bytes) {
        int room = (int) Math.min(bytes.length, limitBytes - kept.size());
        if (room > 0) {
            kept.write(bytes, 0, room);
            listener.accept(stream, room == bytes.length ? bytes.clone() : Arrays.copyOf(bytes, room));
        }
    }

    Content stdout() {
        return Content.of(stdout.toByteArray());
    }

    Content stderr() {
        return Content.of(stderr.toByteArray());
    }

    boolean isFull(Stream stream) {
        return (stream == Stream.STDOUT ? stdout : stderr).size() >= limitBytes;
    }
}
