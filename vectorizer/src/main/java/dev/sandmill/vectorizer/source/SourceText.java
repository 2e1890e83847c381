package dev.sandmill.vectorizer.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The text of a file's bytes.
public final class SourceText {
    private static final int FIRST_LATIN_LETTER = 0xA0;
    private static final int HIGH_BYTES_IN_TEN = 3;

    private SourceText() {}

    /// UTF-8 (a byte order mark is kept), else Latin-1 where it is plausible: no control characters, mostly ASCII.
    /// Empty if it is neither.
    public static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return isPlausiblyLatin1(bytes)
                    ? Optional.of(new String(bytes, StandardCharsets.ISO_8859_1))
                    : Optional.empty();
        }
    }

    private static boolean isPlausiblyLatin1(byte[] bytes) {
        long high = 0;
        for (byte signed : bytes) {
            int value = Byte.toUnsignedInt(signed);
            boolean whitespace = value == '\n' || value == '\r' || value == '\t' || value == '\f';
            boolean control = value < ' ' && !whitespace || value >= 0x7F && value < FIRST_LATIN_LETTER;
            if (control) {
                return false;
            }
            if (value >= FIRST_LATIN_LETTER) {
                high++;
            }
        }
        return high * 10 <= (long) bytes.length * HIGH_BYTES_IN_TEN;
    }
}
