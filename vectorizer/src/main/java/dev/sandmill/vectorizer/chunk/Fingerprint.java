package dev.sandmill.vectorizer.chunk;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 over length-prefixed fields: format, rules of normalisation, header, body. Never path, line or branch.
public final class Fingerprint {
    private static final String FORMAT = "sandmill-chunk-1";

    private Fingerprint() {}

    /// 64 lower-case hexadecimal digits.
    ///
    /// @param normalisedBody line ends and trailing whitespace made uniform
    static String of(String header, String normalisedBody) {
        return ofFields(FORMAT, NormalisedText.RULES, header, normalisedBody);
    }

    /// 64 lower-case hexadecimal digits over fields that cannot run into each other: each is preceded by its length.
    /// A lone surrogate is hashed as it is, so that two texts that differ in one have two fingerprints.
    public static String ofFields(String... fields) {
        MessageDigest digest = sha256();
        for (String field : fields) {
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + field.length() * Character.BYTES);
            bytes.putInt(field.length()).asCharBuffer().put(field);
            digest.update(bytes.rewind());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256, this one does not", e);
        }
    }
}
