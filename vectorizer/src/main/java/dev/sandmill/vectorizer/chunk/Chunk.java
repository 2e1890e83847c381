package dev.sandmill.vectorizer.chunk;

import org.jspecify.annotations.Nullable;

/// One piece of a file.
///
/// @param startByte of the text in UTF-8, inclusive
/// @param endByte exclusive
/// @param startLine from 1, inclusive
/// @param endLine inclusive
/// @param symbol the first definition in it, or the one it is a part of: `ContainerPool.lease`
/// @param header what encloses it, for the embedding only: `class ContainerPool`; empty if nothing does
/// @param text exactly as in the file
public record Chunk(
        int startByte,
        int endByte,
        int startLine,
        int endLine,
        @Nullable String symbol,
        ChunkKind kind,
        String header,
        String text) {
    /// What is to be embedded: the header's line, then the text with line ends and trailing whitespace made uniform.
    /// Equal fingerprints mean equal embedding texts.
    public String embeddingText() {
        return embeddingText(header, text);
    }

    /// The same for a header and a text that were kept apart from the chunk.
    public static String embeddingText(String header, String text) {
        String body = NormalisedText.of(text);
        return header.isEmpty() ? body : header + "\n" + body;
    }

    /// 64 hexadecimal digits; the same for the same header and text on any path, line and branch.
    public String fingerprint() {
        return Fingerprint.of(header, NormalisedText.of(text));
    }

    /// Whether there is nothing to embed.
    public boolean isBlank() {
        return text.isBlank();
    }
}
