package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The hostile and ordinary programs of the test resources.
public final class Corpus {
    static final List<String> LANGUAGES = List.of("python", "javascript", "typescript", "java", "bash");

    private Corpus() {}

    /// @param rule that refuses it; empty for an ordinary program
    /// @param line where it is refused; 0 where the corpus does not say
    public record Program(String language, String name, String rule, int line, String source) {}

    /// Every program whose syntax is that of a language.
    public static List<Program> all(String language) {
        return Stream.concat(programs("hostile", language), programs("benign", language))
                .toList();
    }

    static Stream<Program> programs(String kind, String language) {
        String resource = kind + "-" + language + ".txt";
        try (InputStream in = Corpus.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("^### ", Pattern.MULTILINE)
                    .splitAsStream(all)
                    .filter(text -> !text.isBlank())
                    .map(text -> program(language, text));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Program program(String language, String text) {
        int end = text.indexOf('\n');
        String[] head = text.substring(0, end).split(" => ");
        return new Program(
                language,
                head[0],
                head.length > 1 ? head[1] : "",
                head.length > 2 ? Integer.parseInt(head[2]) : 0,
                text.substring(end + 1));
    }
}
