package dev.sandmill.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchJsonTest {
    private final SearchJson json = new SearchJson();

    @Test
    void aQuestionSurvivesTheJourney() {
        SearchQuery query = new SearchQuery("open a file", List.of("web"), List.of("python"), "src/", 7);
        assertThat(json.readQuery(bytes(json.writeQuery(query)))).isEqualTo(query);
        assertThat(json.readQuery(bytes("{\"query\":\"x\"}")))
                .isEqualTo(new SearchQuery("x", List.of(), List.of(), null, 10));
    }

    @Test
    void anAnswerSurvivesTheJourney() {
        SearchAnswer answer = new SearchAnswer(
                List.of(new SearchHit("web", "abc", "a.py", 1, 9, null, "python", 0.5, "def a():\n", "minilm")), 12);
        assertThat(json.readAnswer(json.writeAnswer(answer))).isEqualTo(answer);
    }

    @Test
    void aRepositorySurvivesTheJourneyAndShowsItsJobOnlyOnce() {
        RegisteredRepository repository =
                new RegisteredRepository("web", "/code", null, null, "new", 0, 0, 0, null, "j1");
        assertThat(json.readRepository(json.writeRepository(repository))).isEqualTo(repository);
        assertThat(json.writeRepositories(
                        List.of(new RegisteredRepository("web", "/code", "main", "abc", "ready", 2, 3, 1, "m", null))))
                .isEqualTo("[{\"name\":\"web\",\"url\":\"/code\",\"branch\":\"main\",\"indexedCommit\":\"abc\","
                        + "\"state\":\"ready\",\"files\":2,\"chunks\":3,\"sketchedChunks\":1,\"model\":\"m\"}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "query | {}",
                "query | {'query':' '}",
                "query | {'query':1}",
                "limit | {'query':'x','limit':0}",
                "limit | {'query':'x','limit':101}",
                "limit | {'query':'x','limit':'5'}",
                "repositories | {'query':'x','repositories':'web'}",
                "languages[0] | {'query':'x','languages':[1]}",
                "top | {'query':'x','top':5}"
            })
    void aBadQuestionIsRefusedWithItsField(String field, String body) {
        InvalidJson refused =
                catchThrowableOfType(InvalidJson.class, () -> json.readQuery(bytes(body.replace('\'', '"'))));
        assertThat(refused.field()).isEqualTo(field);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
