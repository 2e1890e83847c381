package dev.sandmill.vectorizer.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.vectorizer.embed.ModelId;
import org.junit.jupiter.api.Test;

class VectorKeyTest {
    private static final ModelId MODEL = new ModelId("m", "f1");
    private static final byte[] SECRET = new byte[SecretSource.MIN_BYTES];
    private static final String CHUNK = "c".repeat(64);

    @Test
    void theSameChunkOfTheSameTenantAndModelHasTheSameKey() {
        assertThat(new VectorKey(SECRET, "a", MODEL).of(CHUNK)).isEqualTo(new VectorKey(SECRET, "a", MODEL).of(CHUNK));
    }

    @Test
    void tenantsShareNoPartOfTheirKeysButFormatAndModel() {
        String[] one = new VectorKey(SECRET, "a", MODEL).of(CHUNK).split(":");
        String[] other = new VectorKey(SECRET, "b", MODEL).of(CHUNK).split(":");

        assertThat(one).hasSize(5);
        assertThat(one[0]).isEqualTo(other[0]).isEqualTo("v2");
        assertThat(one[3]).isEqualTo(other[3]).isEqualTo("f1");
        assertThat(one[1]).isNotEqualTo(other[1]);
        assertThat(one[4]).isNotEqualTo(other[4]);
    }

    @Test
    void whoDoesNotKnowTheSecretCannotMakeTheKey() {
        byte[] guess = SECRET.clone();
        guess[31] = 1;

        String[] real = new VectorKey(SECRET, "a", MODEL).of(CHUNK).split(":");
        String[] guessed = new VectorKey(guess, "a", MODEL).of(CHUNK).split(":");

        assertThat(guessed[1]).isNotEqualTo(real[1]);
        assertThat(guessed[4]).isNotEqualTo(real[4]);
    }

    @Test
    void aSecretThatCanBeGuessedIsRefused() {
        assertThatThrownBy(() -> new VectorKey(new byte[31], "a", MODEL)).hasMessageContaining("31 bytes");
    }

    @Test
    void anotherModelIsAnotherKey() {
        assertThat(new VectorKey(SECRET, "a", MODEL).of(CHUNK))
                .isNotEqualTo(new VectorKey(SECRET, "a", new ModelId("m", "f2")).of(CHUNK));
    }

    @Test
    void whateverATenantIsCalledTheKeyIsPlain() {
        assertThat(new VectorKey(SECRET, "a:b *\n\0ü", MODEL).of(CHUNK)).matches("v2:[0-9a-f]{16}:e:f1:[0-9a-f]{40}");
    }
}
