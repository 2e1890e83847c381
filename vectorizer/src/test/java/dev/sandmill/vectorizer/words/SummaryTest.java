package dev.sandmill.vectorizer.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SummaryTest {
    @Test
    void aNameIsSaidInWords() {
        assertThat(Summary.of("ContainerPool.leaseNext_one", "x = 1")).isEqualTo("Container Pool lease Next one");
        assertThat(Summary.of(null, "x = 1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def f():\n    \"\"\"Takes one\n    of two.\n\n    More of it.\n    \"\"\"\n    return 1",
                "def f():\n    '''Takes one of two.'''",
                "/**\n * Takes one\n * of two.\n *\n * More.\n */\nvoid f() {}",
                "/**\n * Takes one of two.\n * @param more of it\n */",
                "/// Takes one\n/// of two.\nfn f() {}",
                "    // Takes one\n    // of two.\n    f();\n    // more",
                "# Takes one\n# of two.\nf = 1\n# more",
                "-- Takes one of two.\nf = 1",
            })
    void theFirstParagraphOfTheFirstCommentIsTaken(String text) {
        assertThat(Summary.of("f", text)).isEqualTo("f. Takes one of two.");
    }

    @Test
    void aLicenceSaysNothing() {
        assertThat(Summary.of("f", "// Copyright 2020 somebody\nvoid f() {}")).isEqualTo("f");
    }

    @Test
    void anyTextIsReadInTimeAndTheSummaryIsShort() {
        for (String piece : new String[] {"/*", "*/", "\"\"\"", "# ", "//", "*", "\n", " ", "\uD800", "/**\n"}) {
            String text = piece.repeat(1_000_000 / piece.length());
            org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThat(Summary.of("name", text).length()).isLessThan(320));
        }
    }
}
