package dev.sandmill.vectorizer.source;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class AnyBytesTest {
    private final LanguageOf languageOf = new LanguageOf();
    private final SourceFilter filter = new SourceFilter(1000, languageOf);

    @Property(tries = 500)
    void noPathAndNoBytesMakeTheFilterThrow(@ForAll String path, @ForAll byte[] bytes) {
        assertThat(filter.byPath(path, bytes.length)).isNotNull();
        assertThat(filter.byContent(path, bytes)).isNotNull();
    }

    @Property(tries = 500)
    void whatTheFilterLetsThroughCanBeDecoded(@ForAll byte[] bytes) {
        if (filter.byContent("a.txt", bytes).isEmpty()) {
            assertThat(SourceText.decode(bytes)).isPresent();
        }
    }

    @Property(tries = 500)
    void everyPathAndTextHasALanguage(@ForAll String path, @ForAll String text) {
        assertThat(languageOf.of(path, "#!" + text)).isNotEmpty();
    }
}
