package dev.sandmill.vectorizer.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CodeWordsTest {
    @Test
    void identifiersAreSplitAndKeptWhole() {
        assertThat(CodeWords.of("parseHttpURL2_port"))
                .containsExactly("pars", "http", "url", "2", "port", "parsehttpurl2port");
        assertThat(CodeWords.of("HTTPServer")).containsExactly("http", "server", "httpserver");
    }

    @Test
    void spellingsOfOneNameMeetInTheirWhole() {
        String camel = CodeWords.of("getUserName").getLast();

        assertThat(CodeWords.of("get_user_name").getLast()).isEqualTo(camel);
        assertThat(CodeWords.of("GET_USER_NAME").getLast()).isEqualTo(camel);
    }

    @Test
    void wordsOfOneStemMeet() {
        assertThat(CodeWords.of("caches cached caching cache")).containsOnly("cach");
        assertThat(CodeWords.of("class status running entries")).containsExactly("class", "status", "run", "entry");
    }

    @Test
    void charactersOfScriptsWithoutSpacesAreWordsOfTheirOwn() {
        assertThat(CodeWords.of("解析url")).containsExactly("解", "析", "url");
    }

    @Test
    void noiseHasNoWords() {
        assertThat(CodeWords.of("{}()=> ;;\n\t\0___ ")).isEmpty();
        assertThat(CodeWords.of("x".repeat(100_000))).isEmpty();
    }

    @Property
    void anyTextGivesWordsOfBoundedLength(@ForAll String text) {
        assertThatCode(() ->
                        assertThat(CodeWords.of(text)).allMatch(word -> !word.isEmpty() && word.length() <= 64 * 3))
                .doesNotThrowAnyException();
    }
}
