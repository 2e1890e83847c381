package dev.sandmill.sandbox.cache;

import dev.sandmill.api.Content;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The bytes that a key is the hash of: every field with its length in front, so that no two different requests can
/// write the same ones.
final class KeyDigest {
    private static final byte ABSENT = 0;
    private static final byte PRESENT = 1;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(written);

    KeyDigest text(@Nullable String text) {
        if (text == null) {
            return raw(ABSENT);
        }
        return raw(PRESENT).bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    KeyDigest content(Content content) {
        return bytes(content.toByteArray());
    }

    KeyDigest number(long number) {
        try {
            out.writeLong(number);
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    byte[] preimage() {
        return written.toByteArray();
    }

    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(preimage()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private KeyDigest bytes(byte[] bytes) {
        try {
            out.writeInt(bytes.length);
            out.write(bytes);
            return this;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private KeyDigest raw(byte mark) {
        written.write(mark);
        return this;
    }
}
