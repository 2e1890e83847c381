package dev.sandmill.vectorizer.cache;

import dev.sandmill.vectorizer.embed.ModelId;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Where a chunk's vector is cached, `v2:TENANT:e:MODEL:CHUNK`, and where the list of a file's chunks is,
/// `v2:TENANT:b:CHUNKER:FILE`. Tenant, chunk and file are hashes under a key made of the tenant and a secret,
/// so that nobody who sees keys can tell whether somebody holds a text, not even who has the text and knows
/// the tenant.
public final class VectorKey {
    private static final String FORMAT = "v2";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int TENANT_HEX_DIGITS = 16;
    private static final int CHUNK_HEX_DIGITS = 40;

    private final String prefix;
    private final SecretKeySpec tenantKey;

    /// @param secret as [SecretSource] gives it
    public VectorKey(byte[] secret, String tenant, ModelId model) {
        this(secret, tenant, "e", model.fingerprint());
    }

    private VectorKey(byte[] secret, String tenant, String kind, String maker) {
        if (secret.length < SecretSource.MIN_BYTES) {
            throw new IllegalArgumentException("the secret of the vectors' keys has " + secret.length
                    + " bytes; it needs at least " + SecretSource.MIN_BYTES);
        }
        SecretKeySpec secretKey = new SecretKeySpec(secret, ALGORITHM);
        tenantKey = new SecretKeySpec(keyed(secretKey, "sandmill-tenant:" + tenant), ALGORITHM);
        String tenantPart = hex("tenant").substring(0, TENANT_HEX_DIGITS);
        prefix = FORMAT + ":" + tenantPart + ":" + kind + ":" + maker + ":";
    }

    /// For lists of chunks; what is fingerprinted is then a file's content and language.
    public static VectorKey ofChunkLists(byte[] secret, String tenant, String chunkerId) {
        return new VectorKey(secret, tenant, "b", chunkerId);
    }

    /// @param fingerprint of a chunk's embedding text, or of a file
    public String of(String fingerprint) {
        return prefix + hex(fingerprint).substring(0, CHUNK_HEX_DIGITS);
    }

    private String hex(String text) {
        return HexFormat.of().formatHex(keyed(tenantKey, text));
    }

    private static byte[] keyed(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }
}
