package dev.sandmill.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.SourceFile;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JobJsonPropertyTest {
    private final JobJson json = new JobJson(Limits.DEFAULT, Limits.DEFAULT);

    @Property(tries = 300)
    void whateverIsWrittenIsReadBackEqual(@ForAll("requests") ExecuteCode request) {
        String written = json.writeRequest(request);
        JobRequest read = json.readJobBody(written);
        assertThat(read).isEqualTo(request);
        assertThat(json.writeRequest(read)).isEqualTo(written);
    }

    @Property(tries = 500)
    void anyBytesAreReadOrRefusedAndNothingElse(@ForAll byte[] bytes) {
        try {
            assertThat(json.readJobBody(bytes)).isNotNull();
        } catch (InvalidJson refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 500)
    void aRequestCutAnywhereIsRefused(@ForAll("requests") ExecuteCode request, @ForAll int seed) {
        String written = json.writeRequest(request);
        String cut = written.substring(0, Math.floorMod(seed, written.length()));
        try {
            json.readJobBody(cut);
            throw new AssertionError("read: " + cut);
        } catch (InvalidJson refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<ExecuteCode> requests() {
        Arbitrary<Content> contents =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(60).map(Content::of);
        Arbitrary<String> texts = Arbitraries.strings()
                .ofMaxLength(20)
                .filter(text ->
                        text.indexOf('\0') < 0 && text.equals(Content.utf8(text).text()));
        Arbitrary<List<String>> args = texts.list().ofMaxSize(4);
        Arbitrary<List<SourceFile>> files = Combinators.combine(
                        Arbitraries.strings()
                                .withCharRange('a', 'z')
                                .ofMinLength(1)
                                .ofMaxLength(8),
                        contents)
                .as((name, content) -> new SourceFile("src/" + name + ".x", content))
                .list()
                .uniqueElements(SourceFile::path)
                .ofMinSize(1)
                .ofMaxSize(4);
        Arbitrary<Map<String, String>> env = Arbitraries.maps(
                        Arbitraries.strings()
                                .withCharRange('A', 'Z')
                                .ofMinLength(1)
                                .ofMaxLength(5),
                        texts)
                .ofMaxSize(3);
        Arbitrary<List<ProgramInput>> inputs =
                Combinators.combine(contents, args).as(ProgramInput::new).list().ofMaxSize(3);
        return Combinators.combine(texts, files, args, contents, env, inputs, Arbitraries.of(true, false))
                .as((source, list, arguments, stdin, variables, more, asSource) -> new ExecuteCode(
                        "python",
                        asSource ? source : null,
                        asSource ? List.of() : list,
                        asSource ? null : list.getFirst().path(),
                        arguments,
                        stdin,
                        variables,
                        more,
                        Limits.DEFAULT,
                        PolicyLevel.STRICT,
                        Isolation.FRESH,
                        CacheMode.BYPASS,
                        List.of("out/**")));
    }
}
