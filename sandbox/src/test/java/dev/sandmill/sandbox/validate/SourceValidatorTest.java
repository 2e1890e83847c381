package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.parser.SharedParsers;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceValidatorTest {
    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);
    private final SourceValidator validator = new SourceValidator();

    @Test
    void aViolationSaysWhereAndWhy() {
        List<Violation> violations = standard("python", "import os\n\nprint('é'); os.system('id')\n");

        Violation first = violations.getFirst();
        assertThat(first.rule()).isEqualTo("python/process-creation");
        assertThat(first.path()).isEqualTo("main.py");
        assertThat(first.line()).isEqualTo(3);
        assertThat(first.column()).isEqualTo(13);
        assertThat(first.message()).contains("os.system").contains("starts other processes");
    }

    @Test
    void onePlaceIsOneViolationAndSaysWhatIsMostSpecific() {
        List<Violation> violations =
                standard("python", "import socket\nsocket.create_connection(('a', 1)).send(b'')\n");

        assertThat(violations).extracting(Violation::line).containsExactly(1, 2);
        assertThat(violations.getLast().message()).startsWith("`socket.create_connection` ");
        assertThat(standard("javascript", "require('net').connect(1)")).hasSize(1);
    }

    /// Each of these once ended the reader with an exception.
    @Test
    void oddConstantsAreAnswered() {
        assertThat(standard("python", "print([1, 2][0 - 9223372036854775807 - 1])\n"))
                .isEmpty();
        String block = "\"\"\"\n/tmp/\\u{x\"\"\"";
        assertThat(standard("java", "class Main { String path = " + block + "; }"))
                .isEmpty();
    }

    @Test
    void manyViolationsAreCutAndCostNoMoreThanFew() {
        assertThat(standard("python", "import os\n" + "os.system('id')\n".repeat(20_000)))
                .hasSize(50);
    }

    @Test
    void pythonWithDataIsPythonAndItsReadersOpenOnlyTheWorkspacesFiles() {
        for (String refused : List.of(
                "pd.read_csv('https://example.org/x.csv')",
                "pd.read_parquet(path='s3://bucket/x')",
                "pd.read_excel('/etc/passwd')",
                "pd.read_html('<table>')",
                "np.load('/proc/1/environ', allow_pickle=True)",
                "np.memmap('/dev/mem')",
                "np.savetxt('../../x', [1])",
                "np.ctypeslib.load_library('c', '.')",
                "np.DataSource().open('ftp://x/y')",
                "pd.io.common.os.system('id')",
                "__import__('os').system('id')")) {
            assertThat(standard("python-data", "import numpy as np, pandas as pd\n" + refused))
                    .as(refused)
                    .isNotEmpty();
        }
        assertThat(standard(
                        "python-data",
                        "import io, numpy as np, pandas as pd\nnp.random.seed(1)\nprint(pd.read_csv('data.csv').mean(),"
                                + " pd.read_csv(io.StringIO('a\\n1')), np.load('x.npy'))"))
                .isEmpty();
    }

    @Test
    void offRefusesNothing() {
        assertThat(check("python", "import os\nos.system('id')", PolicyLevel.OFF))
                .isEmpty();
        assertThat(check("python", "\0", PolicyLevel.OFF)).isEmpty();
    }

    @Test
    void strictRefusesWhatStandardAllows() {
        for (String source : List.of(
                "import threading",
                "import os\nos.environ['A']",
                "import time\ntime.sleep(1)",
                "import attr",
                "import sys\nopen(sys.argv[1])",
                "import shutil")) {
            assertThat(standard("python", source)).as(source).isEmpty();
            assertThat(check("python", source, PolicyLevel.STRICT)).as(source).isNotEmpty();
        }
        for (String source : List.of(
                "require('worker_threads')",
                "process.env.A",
                "require('lodash')",
                "require('fs').readFileSync(process.argv[2])")) {
            assertThat(standard("javascript", source)).as(source).isEmpty();
            assertThat(check("javascript", source, PolicyLevel.STRICT))
                    .as(source)
                    .isNotEmpty();
        }
        for (String source : List.of(
                "class A { Thread t; }",
                "class A { String h = System.getenv(\"A\"); }",
                "class A { void f() { new java.io.File(\"a\").delete(); } }",
                "import com.example.Lib; class A { }")) {
            assertThat(standard("java", source)).as(source).isEmpty();
            assertThat(check("java", source, PolicyLevel.STRICT)).as(source).isNotEmpty();
        }
        for (String source : List.of("nohup ./a.sh", "rm -f a.txt")) {
            assertThat(standard("bash", source)).as(source).isEmpty();
            assertThat(check("bash", source, PolicyLevel.STRICT)).as(source).isNotEmpty();
        }
        assertThat(check("bash", "sort a.txt | uniq -c", PolicyLevel.STRICT)).isEmpty();
        assertThat(check("python", "import json, sys\nprint(json.dumps(open('a.txt').read()))", PolicyLevel.STRICT))
                .isEmpty();
    }

    @Test
    void aCarriageReturnDoesNotHideCodeInAComment() {
        assertThat(standard("python", "import os\n# harmless\ros.system('id')\n"))
                .isNotEmpty();
        assertThat(standard("javascript", "// harmless\rrequire('child_process')\n"))
                .isNotEmpty();
        assertThat(standard("javascript", "// harmless\u2028require('child_process')\n"))
                .isNotEmpty();
    }

    @Test
    void whatOneFileImportsAnotherMayNotUse() {
        assertThat(check(
                        "python",
                        PolicyLevel.STANDARD,
                        file("main.py", "from lib.helper import tool as t\nt.system('id')\n"),
                        file("lib/helper.py", "import os as tool\n")))
                .extracting(Violation::path, Violation::rule)
                .contains(org.assertj.core.groups.Tuple.tuple("main.py", "python/process-creation"));
        assertThat(check(
                        "javascript",
                        PolicyLevel.STANDARD,
                        file("main.js", "const { p } = require('./lib');\np.binding('fs');\n"),
                        file("lib.js", "exports.p = process;\n")))
                .extracting(Violation::rule)
                .contains("javascript/native-code");
    }

    @Test
    void everySourceFileIsCheckedAndOwnFilesMayBeImported() {
        assertThat(check(
                        "python",
                        PolicyLevel.STANDARD,
                        file("main.py", "import shapes\nfrom shapes import area\nprint(area(2), shapes.area(3))\n"),
                        file("shapes.py", "def area(r):\n    return r * r\n"),
                        file("data.json", "{\"os.system\": 1}")))
                .isEmpty();
        assertThat(check("python", PolicyLevel.STANDARD, file("main.py", "x = 1"), file("b.py", "import socket")))
                .extracting(Violation::path)
                .containsExactly("b.py");
    }

    @Test
    void brokenCodeIsLeftToTheInterpreter() {
        assertThat(standard("python", "def f(:\n    print(\n")).isEmpty();
        assertThat(standard("javascript", "const = ;{")).isEmpty();
    }

    @Test
    void otherLanguagesAreCheckedForEncodingAndSizeOnly() {
        assertThat(standard("go", "package main; import \"net\"")).isEmpty();
        assertThat(standard("go", "package \0")).extracting(Violation::rule).containsExactly("syntax/encoding");
    }

    @Test
    void aJavaViolationStandsAtTheCharacterThatWasWritten() {
        Violation found = standard(
                        "java", "class A {\n  String e = \"é\\u0041\"; Object p = new \\u0050rocessBuilder();\n}")
                .getFirst();

        assertThat(found.rule()).isEqualTo("java/process-creation");
        assertThat(found.path()).isEqualTo("Main.java");
        assertThat(found.line()).isEqualTo(2);
        assertThat(found.column()).isEqualTo(40);
    }

    @Test
    void deeplyNestedJavaIsRefusedAndLeavesTheValidatorWorking() {
        String head = "class A { Object x = ";
        for (String open :
                List.of("(", "new int[]{", "!", "- ", "(int) ", "a[", "() -> ", "x = ", "b ? c : ", "f(", "1 + ")) {
            for (int depth : List.of(300, 30_000)) {
                assertThat(standard("java", head + open.repeat(depth) + "1;}"))
                        .as(open + depth)
                        .extracting(Violation::rule)
                        .isSubsetOf("syntax/nesting");
            }
        }
        assertThat(standard("java", head + "(".repeat(100_000)))
                .extracting(Violation::rule)
                .containsExactly("syntax/nesting");
        assertThat(standard("java", "class A { " + "class B { ".repeat(5_000)))
                .extracting(Violation::rule)
                .containsExactly("syntax/nesting");
        assertThat(standard("java", "class A { void f() { " + "if (a) b(); else ".repeat(20_000) + "c(); } }"))
                .extracting(Violation::rule)
                .isSubsetOf("syntax/nesting");
        assertThat(standard("java", "class A { Object x = new ProcessBuilder(); }"))
                .isNotEmpty();
    }

    @Test
    void longJavaTextsAreReadWhole() {
        String sum = "class A { String s = \"a\"" + " + \"b\"".repeat(20_000) + "; Object p = new ProcessBuilder(); }";
        assertThat(standard("java", sum)).extracting(Violation::rule).containsExactly("java/process-creation");
    }

    @Test
    void whatOneJavaFileDeclaresAnotherKnows() {
        assertThat(check(
                        "java",
                        PolicyLevel.STANDARD,
                        file(
                                "Main.java",
                                "class Main { public static void main(String[] a) { new Runtime().exec(Tool.NAME); } }"),
                        file("Runtime.java", "class Runtime { void exec(String s) { } }"),
                        file("Tool.java", "class Tool { static final String NAME = \"x\"; }")))
                .isEmpty();
        assertThat(check(
                        "java",
                        PolicyLevel.STANDARD,
                        file("Main.java", "class Main { void f() throws Exception { Tool.machine().exec(\"id\"); } }"),
                        file("Tool.java", "class Tool { static Runtime machine() { return Runtime.getRuntime(); } }")))
                .extracting(Violation::path)
                .contains("Main.java");
    }

    @Test
    void textsAndChainsThatGrowWithoutEndAreBounded() {
        StringBuilder chain = new StringBuilder("a0 = 'x'\n");
        for (int i = 1; i < 3_000; i++) {
            chain.append("a")
                    .append(i)
                    .append(" = a")
                    .append(i - 1)
                    .append(" + a")
                    .append(i - 1)
                    .append("\n");
        }
        chain.append("for x in a1:\n    s = s + 'y' if x else s.replace('y', 'yyyyyyyy')\n    o = o.o\n");
        assertThat(standard("python", chain.toString())).isEmpty();
        assertThat(standard("javascript", "let x = 'a';\n" + "x = x + x + `${x}`;\n".repeat(2_000)))
                .isEmpty();
    }

    @Test
    void theVersionNamesEveryPolicy() {
        assertThat(validator.policyVersion()).matches("\\d+(-[0-9a-f]{12}){4}");
    }

    private static final List<String> READ = List.of("python", "javascript", "typescript", "java", "bash");

    @Test
    void bytesThatAreNoUtf8AreRefusedInEveryLanguage() {
        for (String language : READ) {
            assertThat(check(language, PolicyLevel.STANDARD, bytes(language, new byte[] {'a', (byte) 0xc3, '('})))
                    .as(language)
                    .extracting(Violation::rule)
                    .contains("syntax/encoding");
        }
    }

    /// Texts that a pattern with two ways to match would try all ways of, in the places that patterns look at. A cube
    /// of
    /// this length is more than a minute's work, and twenty letters are enough for what doubles with each.
    @Test
    void noTextMakesAPatternTakeLong() {
        for (String part : List.of("a", "-", "{", "%(", "\\\\", ".a", "a=", "0", "+", "\\x4", "coding:", " ", "$(")) {
            String text = part.repeat(4_000 / part.length());
            for (String source : List.of(
                    "# " + text,
                    "x = '" + text + "'.format(1)",
                    "x = '" + text + "' % y",
                    "eval('" + text + "!')",
                    "import os; getattr(os, '" + text + "')",
                    "open('" + text + "')",
                    "bytes.fromhex('" + text + "!')",
                    "find . -" + text,
                    "chmod " + text + "! a",
                    "timeout " + text + "! ls",
                    "class A { String s = \"" + text + "\"; Object o = Class.forName(\"" + text + "\"); }",
                    "require('" + text + "')",
                    "x['" + text + "'] = `" + text + "`")) {
                for (String language : READ) {
                    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> standard(language, source), () -> {
                        return language + ": " + source.substring(0, 40);
                    });
                }
            }
        }
    }

    private static SourceFile bytes(String language, byte[] content) {
        String name = switch (language) {
            case "python" -> "main.py";
            case "javascript" -> "main.js";
            case "typescript" -> "main.ts";
            case "java" -> "Main.java";
            case "bash" -> "main.sh";
            default -> throw new IllegalArgumentException(language);
        };
        return new SourceFile(name, Content.of(content));
    }

    /// Prints what a large source costs; a slow machine is not a defect.
    @Test
    void twoHundredKilobytesAreMeasured() {
        String part = """
                class Account%1$d:
                    def __init__(self, owner, balance=0):
                        self.owner, self.balance = owner, balance
                    def deposit(self, amount):
                        if amount <= 0:
                            raise ValueError(f"amount {amount} of {self.owner} is not positive")
                        self.balance += amount
                        return {"owner": self.owner, "entries": [x * 2 for x in range(amount)]}
                """;
        StringBuilder source = new StringBuilder();
        for (int i = 0; source.length() < 200_000; i++) {
            source.append(part.formatted(i));
        }
        long[] micros = new long[25];
        for (int i = 0; i < micros.length; i++) {
            long start = System.nanoTime();
            assertThat(standard("python", source.toString())).isEmpty();
            micros[i] = (System.nanoTime() - start) / 1_000;
        }
        long[] warm = Arrays.copyOfRange(micros, 5, micros.length);
        Arrays.sort(warm);
        System.out.printf(
                "validate 200 KB: p50 %.1f ms, p99 %.1f ms, first %.1f ms%n",
                warm[warm.length / 2] / 1e3, warm[warm.length * 99 / 100] / 1e3, micros[0] / 1e3);
    }

    private List<Violation> standard(String language, String source) {
        return check(language, source, PolicyLevel.STANDARD);
    }

    private List<Violation> check(String language, String source, PolicyLevel level) {
        return validator.check(reader.read(ExecuteCode.of(language, source, Limits.DEFAULT), language), level);
    }

    private List<Violation> check(String language, PolicyLevel level, SourceFile... files) {
        ExecuteCode code = new ExecuteCode(
                language,
                null,
                new ArrayList<>(List.of(files)),
                files[0].path(),
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                Limits.DEFAULT,
                level,
                Isolation.AUTO,
                CacheMode.AUTO,
                List.of());
        return validator.check(reader.read(code, language), level);
    }

    private static SourceFile file(String path, String text) {
        return new SourceFile(path, Content.utf8(text));
    }
}
