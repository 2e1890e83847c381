package dev.sandmill.vectorizer.chunk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes chunks of a measured text and its outline: splits, joins, cuts long lines, names and heads every piece.
final class Assembly {
    private final ChunkLimits limits;
    private final Splitting splitting;
    private final LongLine longLine;
    private final Headers headers;

    Assembly(ChunkLimits limits, TokenCounter tokenCounter) {
        this.limits = limits;
        splitting = new Splitting(limits);
        longLine = new LongLine(limits, tokenCounter);
        headers = new Headers(limits, tokenCounter);
    }

    List<Chunk> assemble(MeasuredText text, Outline outline) {
        Enclosing enclosing = new Enclosing(outline.definitions());
        List<Chunk> chunks = new ArrayList<>();
        for (Piece piece : splitting.split(text, outline)) {
            Definition around = enclosing.around(piece.fromLine());
            Definition first = enclosing.firstBefore(piece.toLine());
            addChunks(text, piece, first != null ? first : around, headers.of(text, around), chunks);
        }
        return List.copyOf(chunks);
    }

    private void addChunks(
            MeasuredText text, Piece piece, @Nullable Definition named, String header, List<Chunk> chunks) {
        int from = text.charOf(piece.fromLine());
        int to = text.charOf(piece.toLine());
        String whole = text.text().substring(from, to);
        boolean fits = text.tokens(piece.fromLine(), piece.toLine()) <= limits.bodyTokens()
                && text.chars(piece.fromLine(), piece.toLine()) <= limits.maxChars();
        int startByte = text.byteOf(piece.fromLine());
        int start = 0;
        for (int end : fits ? List.of(whole.length()) : longLine.cut(whole)) {
            int endByte = startByte + MeasuredText.utf8Length(whole, start, end);
            chunks.add(new Chunk(
                    startByte,
                    endByte,
                    piece.fromLine() + 1,
                    piece.toLine(),
                    named == null ? null : named.symbol(),
                    named == null ? ChunkKind.TEXT : named.kind(),
                    header,
                    whole.substring(start, end)));
            startByte = endByte;
            start = end;
        }
    }
}
