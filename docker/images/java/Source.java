package dev.sandmill.launcher;

import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.SimpleJavaFileObject;

/// A source file as it was sent.
final class Source extends SimpleJavaFileObject {
    private static final char UNREADABLE = '\uFFFD';
    /// As many as javac prints.
    private static final int MOST_COMPLAINTS = 100;

    private final String name;
    private final byte[] bytes;
    private final boolean entry;

    /// @param entry whether it is the program's file, in which a public class may have any name, as for `java Main.java`
    Source(String name, byte[] bytes, boolean entry) {
        super(uri(name), Kind.SOURCE);
        this.name = name;
        this.bytes = bytes;
        this.entry = entry;
    }

    private static URI uri(String name) {
        try {
            return new URI("source", null, "/" + name, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException(name, impossible);
        }
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
        return kind == Kind.SOURCE && (entry || super.isNameCompatible(simpleName, kind));
    }

    @Override
    public CharSequence getCharContent(boolean ignoresErrors) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// Says as javac does where the sources are no UTF-8, and how often that is.
    static int complaints(List<Source> sources, PrintWriter told) {
        int all = 0;
        for (Source source : sources) {
            all += source.complaints(told);
        }
        if (all > 0) {
            told.println(all == 1 ? "1 error" : all + " errors");
        }
        return all;
    }

    private int complaints(PrintWriter told) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        Map<Integer, String> found = new LinkedHashMap<>();
        for (CoderResult result = decoder.decode(in, out, true); result.isError(); result = decoder.decode(in, out, true)) {
            StringBuilder unmappable = new StringBuilder();
            for (int i = 0; i < result.length(); i++) {
                unmappable.append(String.format("%02X", in.get()));
            }
            found.put(out.position(), unmappable.toString());
            out.put(UNREADABLE);
        }
        String text = out.flip().toString();
        found.entrySet().stream().limit(MOST_COMPLAINTS).forEach(one -> complain(told, text, one.getKey(), one.getValue()));
        return found.size();
    }

    private void complain(PrintWriter told, String text, int at, String unmappable) {
        int begin = text.lastIndexOf('\n', at) + 1;
        int end = text.indexOf('\n', at);
        long line = text.substring(0, begin).lines().count() + 1;
        told.println(name + ":" + line + ": error: unmappable character (0x" + unmappable + ") for encoding UTF-8");
        told.println(text.substring(begin, end < 0 ? text.length() : end));
        told.println(" ".repeat(at - begin) + "^");
    }
}
