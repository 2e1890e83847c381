package dev.sandmill.sandbox.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpareParserTest extends ParsersContract {
    @Override
    ParserProgram program() {
        return ParserProgram.spare();
    }

    @Override
    int deaths() {
        return 3;
    }

    @Test
    void aProgramThatDoesNotRunHereIsReplacedByTheSpareOne() {
        for (List<String> useless :
                List.of(List.of("/nowhere/parser"), List.of("/bin/true"), List.of("/bin/echo", "hello"))) {
            ParserProgram program = new ParserProgram("useless", useless, Map.of());
            try (Parsers parsers = new Parsers(program, 1, Duration.ofSeconds(20))) {
                assertThat(parsers.parse("bash", "ls".getBytes(StandardCharsets.UTF_8), 1_000, 100))
                        .isInstanceOf(ParseAnswer.Parsed.class);
            }
        }
    }

    @Test
    void itKnowsNothingOfTheServicesEnvironment() {
        assertThat(program().environment().keySet()).isSubsetOf("LANG", "LC_ALL", "LC_CTYPE");
    }
}
