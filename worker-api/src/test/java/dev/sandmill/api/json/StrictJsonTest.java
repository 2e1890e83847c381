package dev.sandmill.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {
    private final StrictJson json = new StrictJson();

    enum Color {
        DARK_RED,
        BLUE
    }

    record Inner(int count) {}

    record Body(
            String name,
            @Nullable String note,
            @Nullable Boolean full,
            @Nullable Integer limit,
            @Nullable List<Color> colors,
            @Nullable List<Inner> inner,
            @Nullable Map<String, String> tags) {
        Body {
            if (name.isBlank()) {
                throw new IllegalArgumentException("name is blank");
            }
        }
    }

    record Answer(
            String name, Color color, Instant at, @Nullable String none) {}

    @Test
    void whatMayBeAbsentMayBeAbsentOrNull() {
        assertThat(read("{'name':'a'}")).isEqualTo(new Body("a", null, null, null, null, null, null));
        assertThat(read("{'name':'a','note':null,'colors':['dark_red'],'inner':[{'count':1}],'tags':{'a':'b'}}"))
                .isEqualTo(new Body(
                        "a", null, null, null, List.of(Color.DARK_RED), List.of(new Inner(1)), Map.of("a", "b")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name         | {}",
                "name         | {'name':null}",
                "name         | {'name':1}",
                "name         | {'name':true}",
                "name         | {'name':['a']}",
                "more         | {'name':'a','more':1}",
                "nme          | {'nme':'a'}",
                "Name         | {'name':'a','Name':'b'}",
                "note         | {'name':'a','note':2}",
                "full         | {'name':'a','full':'true'}",
                "full         | {'name':'a','full':1}",
                "full         | {'name':'a','full':''}",
                "limit        | {'name':'a','limit':'1'}",
                "limit        | {'name':'a','limit':1.0}",
                "limit        | {'name':'a','limit':1e3}",
                "limit        | {'name':'a','limit':2147483648}",
                "limit        | {'name':'a','limit':true}",
                "limit        | {'name':'a','limit':''}",
                "colors       | {'name':'a','colors':'blue'}",
                "colors[0]    | {'name':'a','colors':['BLUE']}",
                "colors[1]    | {'name':'a','colors':['blue',0]}",
                "colors[0]    | {'name':'a','colors':[null]}",
                "inner[0]     | {'name':'a','inner':[1]}",
                "inner[0].count | {'name':'a','inner':[{}]}",
                "inner[0].count | {'name':'a','inner':[{'count':null}]}",
                "inner[0].count | {'name':'a','inner':[{'count':'1'}]}",
                "inner[0].more  | {'name':'a','inner':[{'count':1,'more':2}]}",
                "tags.a       | {'name':'a','tags':{'a':null}}",
                "tags.a       | {'name':'a','tags':{'a':1}}",
                "name         | {'name':'\\ud800'}",
            })
    void aBadFieldIsNamed(String field, String body) {
        InvalidJson refused = catchThrowableOfType(InvalidJson.class, () -> read(body));
        assertThat(refused).as(body).isNotNull();
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused.getMessage()).startsWith(field).doesNotContain("java", "dev.sandmill");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"[]", "{'name':'a'} x", "{'name':'a','name':'b'}", "{'name':'a'", "null", "{'name':'  '}"})
    void aBadWholeIsRefused(String body) {
        assertThat(catchThrowableOfType(InvalidJson.class, () -> read(body))).isNotNull();
    }

    @Test
    void whatARecordRefusesIsToldInItsWords() {
        assertThat(catchThrowableOfType(InvalidJson.class, () -> read("{'name':' '}")))
                .hasMessage("name is blank");
    }

    @Test
    void answersKeepTheOrderOfTheRecordAndWriteNulls() {
        assertThat(json.write(new Answer("a", Color.DARK_RED, Instant.parse("2026-01-31T10:00:00Z"), null)))
                .isEqualTo("{\"name\":\"a\",\"color\":\"dark_red\",\"at\":\"2026-01-31T10:00:00Z\",\"none\":null}");
    }

    private Body read(String withSingleQuotes) {
        return json.read(withSingleQuotes.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Body.class);
    }
}
