package dev.sandmill.vectorizer.chunk;

import org.jspecify.annotations.Nullable;

/// The line that tells the embedding model what a chunk is inside of.
final class Headers {
    private static final int MAX_CHARS = 400;

    private final ChunkLimits limits;
    private final TokenCounter tokenCounter;

    Headers(ChunkLimits limits, TokenCounter tokenCounter) {
        this.limits = limits;
        this.tokenCounter = tokenCounter;
    }

    /// `class ContainerPool`, or `method ContainerPool.lease: Lease lease(PoolKey key) {`; empty at the top.
    String of(MeasuredText text, @Nullable Definition around) {
        if (around == null) {
            return "";
        }
        String name = around.kind().wireName() + " " + around.symbol();
        return switch (around.kind()) {
            case FUNCTION, METHOD ->
                shortened(name + ": " + text.line(around.nameLine()).strip());
            case CLASS, MODULE, TEXT -> shortened(name);
        };
    }

    private String shortened(String header) {
        String fitting = header.length() > MAX_CHARS ? header.substring(0, lastSpace(header, MAX_CHARS)) : header;
        while (!fitting.isEmpty() && tokenCounter.count(fitting) > limits.headerTokens()) {
            fitting = fitting.substring(0, lastSpace(fitting, fitting.length() * 3 / 4));
        }
        return fitting;
    }

    private static int lastSpace(String header, int before) {
        return Math.max(0, header.lastIndexOf(' ', before));
    }
}
