package dev.sandmill.vectorizer.chunk;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What goes between this process and one that parses: a source with its lines' tokens there, an outline
/// back. What comes back is as hostile as the source.
final class OutlineWire {
    private static final int MAX_CHARS = 4 << 20;
    private static final int NONE = 0;
    private static final int OUTLINE = 1;
    private static final int MAX_SYMBOL_BYTES = 1 << 16;
    private static final ChunkKind[] KINDS = ChunkKind.values();

    private OutlineWire() {}

    /// A source that somebody else measured.
    record Request(String language, MeasuredText text) {}

    static boolean fits(MeasuredText text) {
        return text.text().length() <= MAX_CHARS;
    }

    static void ask(String language, MeasuredText text, DataOutputStream to) throws IOException {
        // What most sources consist of, and what strings hold as bytes already.
        boolean narrow = isNarrow(text.text());
        byte[] chars = text.text().getBytes(charset(narrow));
        ByteBuffer tokens = ByteBuffer.allocate(Integer.BYTES * text.lines());
        for (int line = 0; line < text.lines(); line++) {
            tokens.putInt(text.tokens(line, line + 1));
        }
        to.writeUTF(language);
        to.writeBoolean(narrow);
        to.writeInt(chars.length);
        to.write(chars);
        to.writeInt(text.lines());
        to.write(tokens.array());
        to.flush();
    }

    private static boolean isNarrow(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    private static Charset charset(boolean narrow) {
        return narrow ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16BE;
    }

    /// Null at the end of the input.
    static @Nullable Request request(DataInputStream from) throws IOException {
        int first = from.read();
        if (first < 0) {
            return null;
        }
        byte[] language = new byte[first << 8 | from.readUnsignedByte()];
        from.readFully(language);
        boolean narrow = from.readBoolean();
        byte[] chars = new byte[from.readInt()];
        from.readFully(chars);
        ByteBuffer tokens = ByteBuffer.wrap(new byte[Integer.BYTES * from.readInt()]);
        from.readFully(tokens.array());
        int[] tokensOfLine = new int[tokens.capacity() / Integer.BYTES];
        tokens.asIntBuffer().get(tokensOfLine);
        return new Request(
                new String(language, StandardCharsets.UTF_8),
                MeasuredText.of(new String(chars, charset(narrow)), tokensOfLine));
    }

    static void answer(@Nullable Outline outline, DataOutputStream to) throws IOException {
        if (outline == null) {
            to.writeByte(NONE);
            to.flush();
            return;
        }
        to.writeByte(OUTLINE);
        byte[] levels = new byte[outline.cutLevels().length];
        for (int line = 0; line < levels.length; line++) {
            levels[line] = (byte) outline.cutLevels()[line];
        }
        to.write(levels);
        to.writeInt(outline.definitions().size());
        for (Definition definition : outline.definitions()) {
            byte[] symbol = definition.symbol().getBytes(StandardCharsets.UTF_8);
            to.writeInt(definition.fromLine());
            to.writeInt(definition.nameLine());
            to.writeInt(definition.toLine());
            to.writeByte(definition.kind().ordinal());
            to.writeInt(symbol.length);
            to.write(symbol);
        }
        to.flush();
    }

    /// @throws IOException for an end, and for what is no answer
    static @Nullable Outline outline(MeasuredText text, DataInputStream from) throws IOException {
        int kind = from.readUnsignedByte();
        if (kind == NONE) {
            return null;
        }
        if (kind != OUTLINE) {
            throw new IOException("the parser answered something else");
        }
        int lines = text.lines();
        byte[] bytes = new byte[lines];
        from.readFully(bytes);
        int[] levels = new int[lines];
        for (int line = 0; line < lines; line++) {
            levels[line] = within(bytes[line], Outline.LEVELS - 1, "level");
        }
        int count = within(from.readInt(), OutlineWalk.nodesOf(lines), "number of definitions");
        List<Definition> definitions = new ArrayList<>();
        int before = 0;
        for (int at = 0; at < count; at++) {
            int fromLine = within(from.readInt(), lines, "line");
            int nameLine = within(from.readInt(), lines, "line");
            int toLine = within(from.readInt(), lines, "line");
            ChunkKind what = KINDS[within(from.readByte(), KINDS.length - 1, "kind")];
            byte[] symbol = new byte[within(from.readInt(), MAX_SYMBOL_BYTES, "length of a name")];
            from.readFully(symbol);
            if (fromLine < before || toLine < fromLine) {
                throw new IOException("the parser answered lines out of order");
            }
            before = fromLine;
            definitions.add(
                    new Definition(fromLine, nameLine, toLine, new String(symbol, StandardCharsets.UTF_8), what));
        }
        return new Outline(levels, definitions);
    }

    private static int within(int number, long most, String what) throws IOException {
        if (number < 0 || number > most) {
            throw new IOException("the parser answered " + number + " for a " + what);
        }
        return number;
    }
}
