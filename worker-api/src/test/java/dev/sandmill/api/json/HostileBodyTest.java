package dev.sandmill.api.json;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sandmill.api.Limits;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileBodyTest {
    private static final Limits CEILING = new Limits(60_000, 60_000, 1L << 30, 256, 10L << 20, 1L << 30);
    private final JobJson json = new JobJson(Limits.DEFAULT, CEILING);

    static Stream<Arguments> bodiesWithABadField() {
        return Stream.of(
                body("language", "{'source':'x'}"),
                body("language", "{'language':null,'source':'x'}"),
                body("language", "{'language':7,'source':'x'}"),
                body("language", "{'language':'','source':'x'}"),
                body("language", "{'language':'py thon','source':'x'}"),
                body("source", "{'language':'python'}"),
                body("source", "{'language':'python','files':[]}"),
                body("source", "{'language':'python','source':1}"),
                body("source", "{'language':'python','source':['x']}"),
                body("source", "{'language':'python','source':'\\ud800'}"),
                body("sauce", "{'language':'python','source':'x','sauce':1}"),
                body("sourse", "{'language':'python','sourse':'x'}"),
                body("langauge", "{'langauge':'python','source':'x'}"),
                body("files[0].contents", "{'language':'python','files':[{'path':'a.py','contents':'x'}]}"),
                body("limits.wall", withSource("'limits':{'wall':1,'wallMillis':0}")),
                body("Language", "{'language':'python','source':'x','Language':'java'}"),
                body("files", "{'language':'python','files':{}}"),
                body("files[0]", "{'language':'python','files':['a.py']}"),
                body("files[0].content", "{'language':'python','files':[{'path':'a.py'}]}"),
                body("files[0].content", "{'language':'python','files':[{'path':'a.py','content':null}]}"),
                body(
                        "files[0].content",
                        "{'language':'python','files':[{'path':'a','content':'%','encoding':'base64'}]}"),
                body(
                        "files[0].encoding",
                        "{'language':'python','files':[{'path':'a','content':'','encoding':'UTF8'}]}"),
                body("files[0].mode", "{'language':'python','files':[{'path':'a','content':'','mode':511}]}"),
                body("files", "{'language':'python','files':[{'path':'a','content':''},{'path':'a','content':''}]}"),
                body("files", "{'language':'python','files':[{'path':'a/b','content':''},{'path':'a','content':''}]}"),
                body(
                        "files",
                        "{'language':'python','files':[{'path':'a','content':''},{'path':'a/b/c','content':''}]}"),
                body("entrypoint", "{'language':'python','files':[{'path':'a','content':''}],'entrypoint':'b'}"),
                body("entrypoint", "{'language':'python','source':'x','entrypoint':'../b'}"),
                body("entrypoint", "{'language':'python','source':'x','files':[{'path':'a','content':''}]}"),
                body(
                        "files",
                        "{'language':'python','source':'x','entrypoint':'a','files':[{'path':'a','content':''}]}"),
                body("args", withSource("'args':'x'")),
                body("args", withSource("'args':null")),
                body("args[1]", withSource("'args':['a',1]")),
                body("args[0]", withSource("'args':['\\u0000']")),
                body("args", withSource("'args':['" + "a".repeat(131_072) + "']")),
                body("args", withSource("'args':[" + "'a',".repeat(1_000) + "'a']")),
                body("stdin", withSource("'stdin':null")),
                body("stdin", withSource("'stdin':'not base64!','stdinEncoding':'base64'")),
                body("stdinEncoding", withSource("'stdinEncoding':'base64'")),
                body("env", withSource("'env':{'A=B':'x'}")),
                body("env", withSource("'env':{'':'x'}")),
                body("env", withSource("'env':[]")),
                body("env.A", withSource("'env':{'A':1}")),
                body("env.A", withSource("'env':{'A':'\\u0000'}")),
                body("inputs", withSource("'inputs':[" + "{},".repeat(100) + "{}]")),
                body("inputs[0].args[0]", withSource("'inputs':[{'args':[{}]}]")),
                body("inputs[0].env", withSource("'inputs':[{'env':{}}]")),
                body("limits", withSource("'limits':null")),
                body("limits", withSource("'limits':[]")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':0}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':-1}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':60001}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':1.5}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':1.0}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':1e3}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':1e308}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':9223372036854775808}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':'1000'}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':true}")),
                body("limits.wallMillis", withSource("'limits':{'wallMillis':null}")),
                body("limits.pids", withSource("'limits':{'pids':4294967297}")),
                body("limits.seconds", withSource("'limits':{'seconds':1}")),
                body("policy", withSource("'policy':'none'")),
                body("policy", withSource("'policy':0")),
                body("isolation", withSource("'isolation':'FRESH'")),
                body("cache", withSource("'cache':false")),
                body("outputs[0]", withSource("'outputs':['/etc/*']")),
                body("outputs[0]", withSource("'outputs':['../*']")),
                body("outputs[1]", withSource("'outputs':['a','']")));
    }

    @ParameterizedTest
    @MethodSource("bodiesWithABadField")
    void aBadFieldIsNamedAsItsSenderWroteIt(String field, String body) {
        InvalidJson refused = catchThrowableOfType(InvalidJson.class, () -> json.readExecute(bytes(body)));
        assertThat(refused).as(body).isNotNull();
        assertThat(refused.field()).isEqualTo(field);
        assertThat(refused.getMessage()).startsWith(field);
    }

    @ParameterizedTest
    @MethodSource("bodiesWithABadField")
    void insideAJobTheNameStartsWithItsKind(String field, String body) {
        String job = "{'kind':'execute','execute':" + body + "}";
        InvalidJson refused = catchThrowableOfType(InvalidJson.class, () -> json.readJobBody(bytes(job)));
        assertThat(refused.field()).isEqualTo("execute." + field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "'x'",
                "{",
                "{'language':'python','source':'x'",
                "{'language':'python','source':'x'}}",
                "{'language':'python','source':'x'} {}",
                "{'language':'python','source':'x','source':'y'}",
                "{'language':'python','source':'x','limits':{'pids':1,'pids':2}}",
                "{'language':'python','source':'x',}",
                "{language:'python','source':'x'}",
                "{'language':'python','source':NaN}",
                "/* c */{'language':'python','source':'x'}"
            })
    void whatIsNoJsonObjectIsRefused(String body) {
        assertThatThrownBy(() -> json.readExecute(bytes(body)))
                .isInstanceOf(InvalidJson.class)
                .extracting(Throwable::getMessage, as(STRING))
                .doesNotContain("Source:", "REDACTED", "StreamReadFeature");
    }

    @Test
    void anObjectThatDoesNotEndIsToldWithThePlaceWhereTheTextDoes() {
        assertThatThrownBy(() -> json.readExecute(bytes("{'language':'python',\n 'limits':{'pids':1")))
                .hasMessage(
                        "not valid JSON (line 2, column 20): Unexpected end-of-input: expected close marker for Object");
    }

    @Test
    void aMisspelledKindIsToldAsUnknown() {
        assertThatThrownBy(() -> json.readJobBody(bytes("{'knd':'index','index':{'repository':'a'}}")))
                .hasMessage("knd is not a known field");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../a",
                "a/../b",
                "a/..",
                ".",
                "./a",
                "a//b",
                "a/",
                "",
                "a\\\\b",
                "a\\u0000b",
                "C:\\\\a"
            })
    void aPathThatMeansAnotherPlaceIsRefused(String path) {
        String body = "{'language':'python','files':[{'path':'" + path + "','content':''}]}";
        InvalidJson refused = catchThrowableOfType(InvalidJson.class, () -> json.readExecute(bytes(body)));
        assertThat(refused.field()).isEqualTo("files[0].path");
    }

    @Test
    void aPathIsAsLongAsAFileSystemTakesIt() {
        String segment = "é".repeat(127);
        assertThat(WorkspacePath.problem(segment)).isNull();
        assertThat(WorkspacePath.problem(segment + "éé")).contains("255");
        assertThat(WorkspacePath.problem((segment + "/").repeat(17) + "a")).contains("4096");
    }

    @Test
    void deepNestingIsRefusedBeforeItCostsAStack() {
        String deep = "{'language':" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThatThrownBy(() -> json.readExecute(bytes(deep))).isInstanceOf(InvalidJson.class);
    }

    @Test
    void manySmallValuesAreRefusedBeforeTheyCostMemory() {
        String many = "{'args':[" + "0,".repeat(600_000) + "0]}";
        assertThatThrownBy(() -> json.readExecute(bytes(many)))
                .isInstanceOf(InvalidJson.class)
                .hasMessageContaining("500000");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] body = bytes("{'language':'python','source':'x'}");
        body[body.length - 3] = (byte) 0xff;
        assertThatThrownBy(() -> json.readExecute(body)).isInstanceOf(InvalidJson.class);
    }

    @Test
    void sourceAndFilesTogetherHaveABound() {
        String half = "a".repeat(600_000);
        String body = "{'language':'python','files':[{'path':'a','content':'" + half + "'},{'path':'b','content':'"
                + half + "'}]}";
        assertThatThrownBy(() -> json.readExecute(bytes(body)))
                .hasMessageContaining("1200000")
                .hasMessageContaining("1048576");
    }

    @Test
    void standardInputHasABound() {
        String body = withSource("'stdin':'" + "a".repeat((10 << 20) + 1) + "'");
        InvalidJson refused = catchThrowableOfType(InvalidJson.class, () -> json.readExecute(bytes(body)));
        assertThat(refused.field()).isEqualTo("stdin");
    }

    @Test
    void aLimitAboveTheCeilingIsRefusedWithTheCeiling() {
        assertThatThrownBy(() -> json.readExecute(bytes(withSource("'limits':{'memoryBytes':1073741825}"))))
                .hasMessageContaining("1073741824");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'index'}",
                "{'kind':'index','index':null}",
                "{'kind':'index','index':{}}",
                "{'kind':'index','index':{'repository':'a/b'}}",
                "{'kind':'index','index':{'repository':'..'}}",
                "{'kind':'index','index':{'repository':'a','commit':'main'}}",
                "{'kind':'index','index':{'repository':'a','commit':'--upload-pack=x'}}",
                "{'kind':'index','index':{'repository':'a','full':'true'}}",
                "{'kind':'index','index':{'repository':'a','full':null}}",
                "{'kind':'index','index':{'repository':'a'},'execute':{}}",
                "{'kind':'Index','index':{'repository':'a'}}",
                "{'index':{'repository':'a'}}"
            })
    void aBadIndexRequestIsRefusedWithAField(String body) {
        InvalidJson refused = catchThrowableOfType(InvalidJson.class, () -> json.readJobBody(bytes(body)));
        assertThat(refused.field()).isNotNull();
    }

    @Test
    void aMessageHoldsNoControlCharactersAndIsShort() {
        String body = withSource("'policy':'\\n\\u001b[31m" + "x".repeat(10_000) + "'");
        InvalidJson refused = catchThrowableOfType(InvalidJson.class, () -> json.readExecute(bytes(body)));
        assertThat(refused.getMessage()).hasSizeLessThan(300).doesNotContain("\n", "\u001b");
    }

    private static Arguments body(String field, String body) {
        return Arguments.of(field, body);
    }

    private static String withSource(String more) {
        return "{'language':'python','source':'x'," + more + "}";
    }

    private static byte[] bytes(String withSingleQuotes) {
        return withSingleQuotes.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
