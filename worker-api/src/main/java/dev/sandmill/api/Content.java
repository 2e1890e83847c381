package dev.sandmill.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Bytes that nobody vouches for: a source file, standard input, a program's output. Compared by value, never
/// changed after construction. As text it is `utf8` where the bytes are valid UTF-8 and `base64` where not.
public final class Content {
    public static final Content EMPTY = new Content(new byte[0]);

    private final byte[] bytes;

    private Content(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Content of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Content(bytes.clone());
    }

    public static Content utf8(String text) {
        return new Content(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Decodes standard base64 with padding; anything else is an `IllegalArgumentException`.
    public static Content base64(String text) {
        return new Content(Base64.getDecoder().decode(text));
    }

    public byte[] toByteArray() {
        return bytes.clone();
    }

    public int size() {
        return bytes.length;
    }

    public boolean isUtf8() {
        return decode() != null;
    }

    public Encoding encoding() {
        return isUtf8() ? Encoding.UTF8 : Encoding.BASE64;
    }

    /// The text under [#encoding()]: the characters themselves, or base64 of the bytes.
    public String text() {
        String decoded = decode();
        return decoded == null ? Base64.getEncoder().encodeToString(bytes) : decoded;
    }

    private @org.jspecify.annotations.Nullable String decode() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Content that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Content[" + bytes.length + " bytes]";
    }
}
