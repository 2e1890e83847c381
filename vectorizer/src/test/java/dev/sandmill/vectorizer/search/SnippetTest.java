package dev.sandmill.vectorizer.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SnippetTest {
    @Test
    void shortTextIsShownWhole() {
        assertThat(Snippet.of("a\r\n\u0001\u001b[31m b")).isEqualTo("a\r\n\u0001\u001b[31m b");
    }

    @Test
    void atMostThirtyLinesAreShown() {
        assertThat(Snippet.of("line\n".repeat(100))).isEqualTo("line\n".repeat(30));
    }

    @Test
    void aLongTextIsCutAtALinesEnd() {
        String line = "x".repeat(299) + "\n";

        assertThat(Snippet.of(line.repeat(20))).isEqualTo(line.repeat(6));
    }

    @Test
    void aLongLineIsCutBetweenCharacters() {
        assertThat(Snippet.of("a" + "😀".repeat(2_000))).isEqualTo("a" + "😀".repeat(999));
    }

    @Property
    void everySnippetIsBoundedAndValidUnicode(@ForAll String text) {
        String snippet = Snippet.of(text);

        assertThat(snippet.length()).isLessThanOrEqualTo(Snippet.MAX_CHARACTERS);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(snippet)).isTrue();
    }
}
