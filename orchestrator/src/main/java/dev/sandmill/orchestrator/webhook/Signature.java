package dev.sandmill.orchestrator.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Checks that whoever sent some bytes knew a secret. Comparisons take the same time whatever differs.
final class Signature {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String STANDARD_PREFIX = "whsec_";
    private static final Duration STANDARD_TOLERANCE = Duration.ofMinutes(5);

    private Signature() {}

    /// Lower-case hex of the HMAC-SHA256 of the body, after a prefix (`sha256=`, or nothing).
    static boolean isHex(String secret, byte[] body, Optional<String> header, String prefix) {
        String expected = prefix + HexFormat.of().formatHex(hmac(secret.getBytes(StandardCharsets.UTF_8), body));
        return same(expected, header.orElse(""));
    }

    /// The secret itself, as GitLab sends it.
    static boolean isToken(String secret, Optional<String> header) {
        return same(sha256(secret), sha256(header.orElse("")));
    }

    /// Standard Webhooks 1.0: `v1,` and base64 of the HMAC-SHA256 of `id.timestamp.body`, one or more of them separated
    /// by blanks, at most five minutes old.
    static boolean isStandard(
            String secret,
            byte[] body,
            Optional<String> id,
            Optional<String> timestamp,
            Optional<String> signatures,
            Instant now) {
        byte[] prefix = (id.orElse("") + "." + timestamp.orElse("") + ".").getBytes(StandardCharsets.UTF_8);
        byte[] signed = new byte[prefix.length + body.length];
        System.arraycopy(prefix, 0, signed, 0, prefix.length);
        System.arraycopy(body, 0, signed, prefix.length, body.length);
        String expected = "v1," + Base64.getEncoder().encodeToString(hmac(standardKey(secret), signed));
        boolean fits = false;
        for (String candidate : signatures.orElse("").split(" ", 16)) {
            fits |= same(expected, candidate);
        }
        return fits && id.isPresent() && isRecent(timestamp.orElse(""), now);
    }

    static boolean isStandardSecret(String secret) {
        try {
            return standardKey(secret).length > 0;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static byte[] standardKey(String secret) {
        return secret.startsWith(STANDARD_PREFIX)
                ? Base64.getDecoder().decode(secret.substring(STANDARD_PREFIX.length()))
                : secret.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isRecent(String timestamp, Instant now) {
        if (!timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now);
        return age.abs().compareTo(STANDARD_TOLERANCE) <= 0;
    }

    private static boolean same(String expected, String given) {
        return same(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean same(byte[] expected, byte[] given) {
        return MessageDigest.isEqual(expected, given);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(message);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
        }
    }
}
