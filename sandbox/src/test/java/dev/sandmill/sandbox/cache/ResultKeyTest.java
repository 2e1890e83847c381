package dev.sandmill.sandbox.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.SourceFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ResultKeyTest {
    /// Everything that decides a result, in a form that can be compared.
    private record Deciding(String tenant, String language, String image, String policyVersion, ExecuteCode code) {
        byte[] preimage() {
            return ResultKey.digest(tenant, language, image, policyVersion, code)
                    .preimage();
        }
    }

    @Property(tries = 3_000)
    void differentRequestsNeverHaveEqualPreimages(
            @ForAll("requests") Deciding one, @ForAll("requests") Deciding other) {
        assertThat(java.util.Arrays.equals(one.preimage(), other.preimage())).isEqualTo(one.equals(other));
    }

    @Property(tries = 500)
    void theKeyIsAFunctionOfTheRequest(@ForAll("requests") Deciding request) {
        ResultKey key = ResultKey.of(
                request.tenant(), request.language(), request.image(), request.policyVersion(), request.code());
        assertThat(key.value()).matches("[0-9a-f]{64}");
        assertThat(key)
                .isEqualTo(ResultKey.of(
                        request.tenant(),
                        request.language(),
                        request.image(),
                        request.policyVersion(),
                        request.code()));
    }

    @Example
    void neitherTheOrderOfFilesAndVariablesNorIsolationAndCacheModeMatter() {
        SourceFile a = new SourceFile("a.py", Content.utf8("a"));
        SourceFile b = new SourceFile("b.py", Content.utf8("b"));
        ExecuteCode one = code(List.of(a, b), Map.of("A", "1"), Isolation.AUTO, CacheMode.AUTO);
        ExecuteCode other = code(List.of(b, a), Map.of("A", "1"), Isolation.FRESH, CacheMode.BYPASS);

        assertThat(ResultKey.of("t", "python", "i", "1", one)).isEqualTo(ResultKey.of("t", "python", "i", "1", other));
        assertThat(ResultKey.of("t", "python", "i", "1", one))
                .isNotEqualTo(ResultKey.of("u", "python", "i", "1", one))
                .isNotEqualTo(ResultKey.of("t", "python", "i", "2", one));
    }

    private static ExecuteCode code(
            List<SourceFile> files, Map<String, String> env, Isolation isolation, CacheMode cache) {
        return new ExecuteCode(
                "py",
                null,
                files,
                null,
                List.of(),
                Content.EMPTY,
                env,
                List.of(),
                Limits.DEFAULT,
                PolicyLevel.STANDARD,
                isolation,
                cache,
                List.of());
    }

    /// Short texts of few letters, so that boundaries between fields are what differs.
    @Provide
    Arbitrary<Deciding> requests() {
        Arbitrary<String> text = Arbitraries.of("", "a", "aa", "b");
        Arbitrary<List<String>> texts = text.list().ofMaxSize(2);
        Arbitrary<Content> content = text.map(Content::utf8);
        Arbitrary<List<SourceFile>> files = Combinators.combine(Arbitraries.of("a", "aa", "b"), content)
                .as(SourceFile::new)
                .list()
                .ofMaxSize(2)
                .uniqueElements(SourceFile::path)
                .map(list -> list.stream()
                        .sorted(java.util.Comparator.comparing(SourceFile::path))
                        .toList());
        Arbitrary<Map<String, String>> env =
                Arbitraries.maps(text, text).ofMaxSize(1).map(TreeMap::new);
        Arbitrary<List<ProgramInput>> inputs =
                Combinators.combine(content, texts).as(ProgramInput::new).list().ofMaxSize(2);
        Arbitrary<Limits> limits = Arbitraries.of(Limits.DEFAULT, new Limits(1, 1, 1, 1, 1, 1));
        Arbitrary<PolicyLevel> policy = Arbitraries.of(PolicyLevel.class);
        Arbitrary<ExecuteCode> code = Combinators.combine(files, texts, content, env, inputs, limits, policy, texts)
                .as((someFiles, args, stdin, someEnv, someInputs, someLimits, level, outputs) -> new ExecuteCode(
                        "python",
                        someFiles.isEmpty() ? "a" : null,
                        someFiles,
                        args.isEmpty() ? null : args.getFirst(),
                        args,
                        stdin,
                        someEnv,
                        someInputs,
                        someLimits,
                        level,
                        Isolation.AUTO,
                        CacheMode.AUTO,
                        outputs));
        return Combinators.combine(text, text, text, text, code).as(Deciding::new);
    }
}
