package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.chunk.OutlineSource.Answer;
import dev.sandmill.vectorizer.syntax.Grammars;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/// What a process does that parses for another one: reads sources from its input and writes outlines to its
/// output, until the input ends.
public final class OutlineProgram {
    private static final int BUFFER_BYTES = 1 << 16;

    private OutlineProgram() {}

    public static void main(String[] arguments) throws IOException {
        ParsedOutlines outlines = new ParsedOutlines(new Grammars(), ChunkLimits.forMiniLm());
        DataInputStream from =
                new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in), BUFFER_BYTES));
        DataOutputStream to =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES));
        for (OutlineWire.Request request = OutlineWire.request(from);
                request != null;
                request = OutlineWire.request(from)) {
            Answer answer = outlines.outline(request.language(), request.text());
            OutlineWire.answer(answer instanceof Answer.Known(Outline outline) ? outline : null, to);
        }
    }
}
