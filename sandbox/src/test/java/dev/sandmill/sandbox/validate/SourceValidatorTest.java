package dev.sandmill.sandbox.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceValidatorTest {
    private final Validation validation = new Validation();
    private final SourceValidator validator = new SourceValidator();

    @Test
    void aViolationSaysWhereAndWhy() {
        List<Violation> violations = validation.standard("python", "import os\n\nprint('é'); os.system('id')\n");

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
                validation.standard("python", "import socket\nsocket.create_connection(('a', 1)).send(b'')\n");

        assertThat(violations).extracting(Violation::line).containsExactly(1, 2);
        assertThat(violations.getLast().message()).startsWith("`socket.create_connection` ");
        assertThat(validation.standard("javascript", "require('net').connect(1)"))
                .hasSize(1);
    }

    /// What a call or an entry evaluates to may depend on a name of which more is learned when it was looked at
    /// already.
    @Test
    void whatIsLearnedLaterIsLookedUpAgain() {
        for (String lookedUp : List.of("Reflect.get(box, 'tool')", "box['tool']", "box['to' + 'ol']")) {
            assertThat(validation.standard("javascript", """
                            const box = {};
                            function run() { %s.execSync('id'); }
                            box.tool = require(name());
                            function name() { return first; }
                            box.tool = require('child_' + kind);
                            const kind = 'process';
                            run();
                            """.formatted(lookedUp)))
                    .as(lookedUp)
                    .anyMatch(found -> found.message().contains("child_process.execSync"));
        }
        for (String lookedUp : List.of("getattr(box, 'tool')", "globals()['tool']")) {
            assertThat(validation.standard("python", """
                            class Box: pass
                            box = Box()
                            def run(): %s.system('id')
                            box.tool = __import__('o' + kind)
                            tool = box.tool
                            kind = 's'
                            run()
                            """.formatted(lookedUp)))
                    .as(lookedUp)
                    .anyMatch(found -> found.message().contains("os.system"));
        }
    }

    /// A text that runs as code is read once, and found wherever it stands, however deep.
    @Test
    void theSameScriptInAScriptIsFoundEverywhere() {
        List<Violation> found = validation.standard("bash", """
                trap 'curl http://example.org' EXIT
                echo between
                trap 'curl http://example.org' INT
                eval "eval 'curl http://example.org'"
                """);
        assertThat(found).extracting(Violation::line).contains(1, 3, 4).doesNotContain(2);
    }

    /// Each of these once ended the reader with an exception.
    @Test
    void oddConstantsAreAnswered() {
        assertThat(validation.standard("python", "print([1, 2][0 - 9223372036854775807 - 1])\n"))
                .isEmpty();
        String block = "\"\"\"\n/tmp/\\u{x\"\"\"";
        assertThat(validation.standard("java", "class Main { String path = " + block + "; }"))
                .isEmpty();
    }

    @Test
    void manyViolationsAreCutAndCostNoMoreThanFew() {
        assertThat(validation.standard("python", "import os\n" + "os.system('id')\n".repeat(20_000)))
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
            assertThat(validation.standard("python-data", "import numpy as np, pandas as pd\n" + refused))
                    .as(refused)
                    .isNotEmpty();
        }
        assertThat(validation.standard(
                        "python-data",
                        "import io, numpy as np, pandas as pd\nnp.random.seed(1)\nprint(pd.read_csv('data.csv').mean(),"
                                + " pd.read_csv(io.StringIO('a\\n1')), np.load('x.npy'))"))
                .isEmpty();
    }

    @Test
    void offRefusesNothing() {
        assertThat(validation.check("python", "import os\nos.system('id')", PolicyLevel.OFF))
                .isEmpty();
        assertThat(validation.check("python", "\0", PolicyLevel.OFF)).isEmpty();
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
            assertThat(validation.standard("python", source)).as(source).isEmpty();
            assertThat(validation.check("python", source, PolicyLevel.STRICT))
                    .as(source)
                    .isNotEmpty();
        }
        for (String source : List.of(
                "require('worker_threads')",
                "process.env.A",
                "require('lodash')",
                "require('fs').readFileSync(process.argv[2])")) {
            assertThat(validation.standard("javascript", source)).as(source).isEmpty();
            assertThat(validation.check("javascript", source, PolicyLevel.STRICT))
                    .as(source)
                    .isNotEmpty();
        }
        for (String source : List.of(
                "class A { Thread t; }",
                "class A { String h = System.getenv(\"A\"); }",
                "class A { void f() { new java.io.File(\"a\").delete(); } }",
                "import com.example.Lib; class A { }")) {
            assertThat(validation.standard("java", source)).as(source).isEmpty();
            assertThat(validation.check("java", source, PolicyLevel.STRICT))
                    .as(source)
                    .isNotEmpty();
        }
        for (String source : List.of("nohup ./a.sh", "rm -f a.txt")) {
            assertThat(validation.standard("bash", source)).as(source).isEmpty();
            assertThat(validation.check("bash", source, PolicyLevel.STRICT))
                    .as(source)
                    .isNotEmpty();
        }
        assertThat(validation.check("bash", "sort a.txt | uniq -c", PolicyLevel.STRICT))
                .isEmpty();
        assertThat(validation.check(
                        "python", "import json, sys\nprint(json.dumps(open('a.txt').read()))", PolicyLevel.STRICT))
                .isEmpty();
    }

    @Test
    void whatOneFileImportsAnotherMayNotUse() {
        assertThat(validation.check(
                        "python",
                        PolicyLevel.STANDARD,
                        Validation.file("main.py", "from lib.helper import tool as t\nt.system('id')\n"),
                        Validation.file("lib/helper.py", "import os as tool\n")))
                .extracting(Violation::path, Violation::rule)
                .contains(org.assertj.core.groups.Tuple.tuple("main.py", "python/process-creation"));
        assertThat(validation.check(
                        "javascript",
                        PolicyLevel.STANDARD,
                        Validation.file("main.js", "const { p } = require('./lib');\np.binding('fs');\n"),
                        Validation.file("lib.js", "exports.p = process;\n")))
                .extracting(Violation::rule)
                .contains("javascript/native-code");
    }

    @Test
    void everySourceFileIsCheckedAndOwnFilesMayBeImported() {
        assertThat(validation.check(
                        "python",
                        PolicyLevel.STANDARD,
                        Validation.file(
                                "main.py", "import shapes\nfrom shapes import area\nprint(area(2), shapes.area(3))\n"),
                        Validation.file("shapes.py", "def area(r):\n    return r * r\n"),
                        Validation.file("data.json", "{\"os.system\": 1}")))
                .isEmpty();
        assertThat(validation.check(
                        "python",
                        PolicyLevel.STANDARD,
                        Validation.file("main.py", "x = 1"),
                        Validation.file("b.py", "import socket")))
                .extracting(Violation::path)
                .containsExactly("b.py");
    }

    @Test
    void theVersionNamesEveryPolicy() {
        assertThat(validator.policyVersion()).matches("\\d+(-[0-9a-f]{12}){4}");
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
            assertThat(validation.standard("python", source.toString())).isEmpty();
            micros[i] = (System.nanoTime() - start) / 1_000;
        }
        long[] warm = Arrays.copyOfRange(micros, 5, micros.length);
        Arrays.sort(warm);
        System.out.printf(
                "validate 200 KB: p50 %.1f ms, p99 %.1f ms, first %.1f ms%n",
                warm[warm.length / 2] / 1e3, warm[warm.length * 99 / 100] / 1e3, micros[0] / 1e3);
    }
}
