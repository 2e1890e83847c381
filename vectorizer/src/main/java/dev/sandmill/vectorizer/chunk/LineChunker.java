package dev.sandmill.vectorizer.chunk;

import java.util.List;

/// Cuts any text at headings, blank lines and indentation.
final class LineChunker implements Chunker {
    private final Assembly assembly;
    private final TokenCounter tokenCounter;

    LineChunker(Assembly assembly, TokenCounter tokenCounter) {
        this.assembly = assembly;
        this.tokenCounter = tokenCounter;
    }

    @Override
    public List<Chunk> chunk(String language, String text) {
        MeasuredText measured = MeasuredText.of(text, tokenCounter);
        int[] levels = LayoutLevels.of(measured, language.equals("markdown"));
        return assembly.assemble(measured, new Outline(levels, List.of()));
    }
}
