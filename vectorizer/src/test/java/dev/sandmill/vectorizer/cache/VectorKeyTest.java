package dev.sandmill.vectorizer.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.vectorizer.embed.ModelId;
import org.junit.jupiter.api.Test;

class VectorKeyTest {
    private static final ModelId MODEL = new ModelId("m", "f1");
    private static final String CHUNK = "c".repeat(64);

    @Test
    void theSameChunkOfTheSameTenantAndModelHasTheSameKey() {
        assertThat(new VectorKey("a", MODEL).of(CHUNK)).isEqualTo(new VectorKey("a", MODEL).of(CHUNK));
    }

    @Test
    void tenantsShareNoPartOfTheirKeysButFormatAndModel() {
        String[] one = new VectorKey("a", MODEL).of(CHUNK).split(":");
        String[] other = new VectorKey("b", MODEL).of(CHUNK).split(":");

        assertThat(one).hasSize(5);
        assertThat(one[0]).isEqualTo(other[0]).isEqualTo("v1");
        assertThat(one[3]).isEqualTo(other[3]).isEqualTo("f1");
        assertThat(one[1]).isNotEqualTo(other[1]);
        assertThat(one[4]).isNotEqualTo(other[4]);
    }

    @Test
    void anotherModelIsAnotherKey() {
        assertThat(new VectorKey("a", MODEL).of(CHUNK))
                .isNotEqualTo(new VectorKey("a", new ModelId("m", "f2")).of(CHUNK));
    }

    @Test
    void whateverATenantIsCalledTheKeyIsPlain() {
        assertThat(new VectorKey("a:b *\n\0ü", MODEL).of(CHUNK)).matches("v1:[0-9a-f]{16}:e:f1:[0-9a-f]{40}");
    }
}
