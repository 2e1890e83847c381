package dev.sandmill.vectorizer.cache;

import dev.sandmill.vectorizer.embed.ModelId;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Where a chunk's vector is cached: `v1:TENANT:e:MODEL:CHUNK`. The tenant part is a hash, and the chunk part is the
/// chunk's fingerprint under the tenant as key, so that no tenant can tell from another's keys what it holds.
public final class VectorKey {
    private static final String FORMAT = "v1";
    private static final int TENANT_HEX_DIGITS = 16;
    private static final int CHUNK_HEX_DIGITS = 40;

    private final String prefix;
    private final SecretKeySpec tenantKey;

    public VectorKey(String tenant, ModelId model) {
        tenantKey = new SecretKeySpec(("sandmill-tenant:" + tenant).getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        String tenantPart = keyed("tenant").substring(0, TENANT_HEX_DIGITS);
        prefix = FORMAT + ":" + tenantPart + ":e:" + model.fingerprint() + ":";
    }

    /// @param fingerprint of a chunk's embedding text
    public String of(String fingerprint) {
        return prefix + keyed(fingerprint).substring(0, CHUNK_HEX_DIGITS);
    }

    private String keyed(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(tenantKey);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }
}
