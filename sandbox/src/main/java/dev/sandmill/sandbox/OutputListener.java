package dev.sandmill.sandbox;

/// Is told what a program prints. Chunks are in order per stream and may cut a character in two.
@FunctionalInterface
public interface OutputListener {
    OutputListener NONE = (stream, bytes) -> {};

    void onOutput(Stream stream, byte[] bytes);

    enum Stream {
        STDOUT,
        STDERR
    }
}
