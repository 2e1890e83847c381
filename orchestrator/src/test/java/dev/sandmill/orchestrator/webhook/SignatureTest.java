package dev.sandmill.orchestrator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final String STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String STANDARD_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final Instant SENT = Instant.ofEpochSecond(1_614_265_330L);

    @Test
    void theExampleOfGitHubsDocumentationFits() {
        byte[] body = bytes("Hello, World!");
        String secret = "It's a Secret to Everybody";
        String signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assertThat(Signature.isHex(secret, body, Optional.of(signature), "sha256="))
                .isTrue();
        assertThat(Signature.isHex(secret, bytes("Hello, World?"), Optional.of(signature), "sha256="))
                .isFalse();
        assertThat(Signature.isHex("another", body, Optional.of(signature), "sha256="))
                .isFalse();
        assertThat(Signature.isHex(secret, body, Optional.of(signature.substring(7)), "sha256="))
                .isFalse();
        assertThat(Signature.isHex(secret, body, Optional.of(signature.substring(7)), ""))
                .isTrue();
        assertThat(Signature.isHex(secret, body, Optional.of(""), "sha256=")).isFalse();
        assertThat(Signature.isHex(secret, body, Optional.empty(), "sha256=")).isFalse();
    }

    @Test
    void theExampleOfStandardWebhooksFits() {
        assertThat(standard(STANDARD_SIGNATURE, "1614265330", SENT)).isTrue();
        assertThat(standard("v1,AAAA " + STANDARD_SIGNATURE, "1614265330", SENT))
                .isTrue();
        assertThat(standard("v1a,AAAA", "1614265330", SENT)).isFalse();
        assertThat(standard("", "1614265330", SENT)).isFalse();
        assertThat(standard(STANDARD_SIGNATURE, "1614265331", SENT)).isFalse();
    }

    @Test
    void aDeliveryOlderThanFiveMinutesIsNoLongerGood() {
        assertThat(standard(STANDARD_SIGNATURE, "1614265330", SENT.plusSeconds(299)))
                .isTrue();
        assertThat(standard(STANDARD_SIGNATURE, "1614265330", SENT.plusSeconds(301)))
                .isFalse();
        assertThat(standard(STANDARD_SIGNATURE, "1614265330", SENT.minusSeconds(301)))
                .isFalse();
    }

    @Test
    void aTokenHasToBeTheSecret() {
        assertThat(Signature.isToken("secret", Optional.of("secret"))).isTrue();
        assertThat(Signature.isToken("secret", Optional.of("secret "))).isFalse();
        assertThat(Signature.isToken("secret", Optional.empty())).isFalse();
    }

    private static boolean standard(String signatures, String timestamp, Instant now) {
        return Signature.isStandard(
                STANDARD_SECRET,
                bytes("{\"test\": 2432232314}"),
                Optional.of("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                Optional.of(timestamp),
                Optional.of(signatures),
                now);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
