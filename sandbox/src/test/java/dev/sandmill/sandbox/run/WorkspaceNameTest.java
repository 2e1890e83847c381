package dev.sandmill.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkspaceNameTest {
    @ParameterizedTest
    @CsvSource({
        "6f75742f612e6a736f6e, out/a.json",
        "c3bc, ü",
        "f09f9880, 😀",
        "610a62, a\\x0ab",
        "5c, \\x5c",
        "c3, \\xc3",
        "c328, \\xc3(",
        "c0af, \\xc0\\xaf",
        "eda080, \\xed\\xa0\\x80",
        "ff, \\xff",
        "e280ae, \\xe2\\x80\\xae",
        "1b5b326a, \\x1b[2j",
    })
    void whatIsNotPrintableIsEscaped(String hex, String text) {
        assertThat(WorkspaceName.of(HexFormat.of().parseHex(hex))).isEqualTo(text);
    }

    @Property
    void noTwoPathsHaveTheSameText(@ForAll @Size(max = 6) byte[] one, @ForAll @Size(max = 6) byte[] other) {
        Assume.that(!java.util.Arrays.equals(one, other));
        assertThat(WorkspaceName.of(one)).isNotEqualTo(WorkspaceName.of(other));
        assertThat(WorkspaceName.of(one))
                .isEqualTo(new String(WorkspaceName.of(one).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
}
