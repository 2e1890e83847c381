package dev.sandmill.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Limits;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.Session;
import dev.sandmill.api.SessionState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionJsonTest {
    private final SessionJson json = new SessionJson(Limits.DEFAULT, Limits.DEFAULT);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsLeftOutIsTheDefault() {
        assertThat(json.readOpen(bytes("{\"language\":\"python\"}")))
                .isEqualTo(new OpenSession("python", Limits.DEFAULT, 600_000));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        OpenSession wanted = new OpenSession("bash", new Limits(1, 2, 3, 4, 5, 6), 5_000);
        assertThat(json.readOpen(bytes(json.writeOpen(wanted)))).isEqualTo(wanted);
        assertThat(json.readCall(bytes(json.writeCall("print('ü')")))).isEqualTo("print('ü')");
        Session session = new Session(
                "id", "bash", SessionState.ENDED, Instant.EPOCH, Instant.EPOCH, 1, 2, Limits.DEFAULT, "why");
        assertThat(json.read(json.write(session))).isEqualTo(session);
        assertThat(json.readAll(json.writeAll(List.of(session, session)))).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"language":"python","x":1}               | x
            {"language":7}                            | language
            {"language":"a b"}                        | language
            {"language":"python","ttlMillis":"9"}     | ttlMillis
            {"language":"python","ttlMillis":0}       | ttlMillis
            {"language":"python","limits":{"a":1}}    | limits.a
            {"language":"python","limits":{"pids":0}} | limits.pids
            """)
    void whatIsWrongIsNamed(String body, String field) {
        assertThatThrownBy(() -> json.readOpen(bytes(body)))
                .isInstanceOfSatisfying(
                        InvalidJson.class,
                        invalid -> assertThat(invalid.field()).isEqualTo(field));
    }

    @Test
    void aCallIsASourceAndNothingElse() {
        for (String body : new String[] {"{}", "{\"source\":1}", "{\"source\":\"a\",\"stdin\":\"\"}"}) {
            assertThatThrownBy(() -> json.readCall(bytes(body))).isInstanceOf(InvalidJson.class);
        }
        String large = json.writeCall("x".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> json.readCall(bytes(large))).hasMessageContaining("1048576");
    }
}
