package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadCodeTest {
    private final UnreadCode unread = new UnreadCode();

    @ParameterizedTest
    @ValueSource(strings = {"json.pyc", "lib/x.so", "addon.node", "a.WASM", "lib/site.pth", "Main.class", "x.jar"})
    void compiledCodeIsRefusedByItsName(String path) {
        assertThat(rules(PolicyLevel.STANDARD, path, "x", Map.of())).containsExactly("files/compiled-code");
        assertThat(rules(PolicyLevel.OFF, path, "x", Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PYTHONPATH", "NODE_OPTIONS", "BASH_ENV", "LD_PRELOAD", "JAVA_TOOL_OPTIONS", "RUBYOPT"})
    void variablesThatMakeAnInterpreterLoadCodeAreRefused(String name) {
        assertThat(rules(PolicyLevel.STANDARD, "a.py", "1", Map.of(name, "x")))
                .containsExactly("environment/interpreter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"main\":\"d.dat\"}",
                "{\"main\":\"./d\"}",
                "{\"exports\":{\".\":{\"default\":\"./x.bin\"}}}",
                "{\"imports\":{\"#a\":[\"./x.js\",\"./y\"]}}",
                "{\"main\":7}",
                "not json"
            })
    void aPackageMayOnlyNameSourceFiles(String text) {
        assertThat(rules(PolicyLevel.STRICT, "p/package.json", text, Map.of())).containsExactly("files/package");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"version\":\"1.0.0\",\"main\":\"index.js\",\"type\":\"module\"}",
                "{\"exports\":{\".\":\"./lib/a.mjs\",\"./b\":{\"import\":\"./b.mjs\",\"require\":\"./b.cjs\"}}}",
                "{}"
            })
    void anOrdinaryPackagePasses(String text) {
        assertThat(rules(PolicyLevel.STRICT, "package.json", text, Map.of())).isEmpty();
    }

    @Test
    void ordinaryFilesAndVariablesPass() {
        assertThat(rules(
                        PolicyLevel.STRICT,
                        "data/input.csv",
                        "1,2",
                        Map.of("NODE_ENV", "test", "ENVIRONMENT", "x", "GOOGLE_ID", "y", "PYTHONHASHSEED", "1")))
                .isEmpty();
    }

    private List<String> rules(PolicyLevel policy, String path, String text, Map<String, String> env) {
        ExecuteCode code = new ExecuteCode(
                "python",
                null,
                List.of(new SourceFile(path, Content.utf8(text))),
                null,
                List.of(),
                Content.EMPTY,
                env,
                List.of(),
                Limits.DEFAULT,
                policy,
                Isolation.AUTO,
                CacheMode.AUTO,
                List.of());
        return unread.check(code).stream().map(Violation::rule).toList();
    }
}
