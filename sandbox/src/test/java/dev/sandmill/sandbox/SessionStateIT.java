package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SessionState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What one call leaves and the next one finds.
class SessionStateIT {
    private static SessionArena arena;

    @BeforeAll
    static void open() {
        arena = new SessionArena();
    }

    @AfterAll
    static void close() {
        arena.close();
    }

    private static void ended(String id, Executed executed, ProgramStatus status, int code) throws Exception {
        assertThat(executed.status()).as("%s", executed).isEqualTo(status);
        assertThat(executed.exitCode()).isEqualTo(code);
        assertThat(arena.view(id).state()).isEqualTo(SessionState.IDLE);
    }

    @Test
    void pythonKeepsVariablesImportsAndDefinitions() throws Exception {
        String id = arena.open("python");
        arena.out(id, "import json, sys\nx = {'a': 1}\ndef f(v):\n    return json.dumps(v)\nclass C: pass\n");
        assertThat(arena.out(id, "x['b'] = C.__module__\nprint(f(x), __name__)"))
                .isEqualTo("{\"a\": 1, \"b\": \"__main__\"} __main__\n");
        assertThat(arena.out(id, "print(sys.modules['__main__'].x is x, len(sys.argv))"))
                .isEqualTo("True 1\n");
    }

    @Test
    void pythonGoesOnAfterExitErrorsAndWhatCannotBeParsed() throws Exception {
        String id = arena.open("py");
        arena.out(id, "x = 41");
        ended(id, arena.run(id, "x += 1\nprint('before')\nimport sys\nsys.exit(3)"), ProgramStatus.NONZERO_EXIT, 3);
        Executed failed = arena.run(id, "def f():\n    raise ValueError('no')\nf()");
        ended(id, failed, ProgramStatus.NONZERO_EXIT, 1);
        assertThat(failed.stderr().text())
                .contains("raise ValueError('no')", "ValueError: no")
                .doesNotContain("driver");
        ended(id, arena.run(id, "print("), ProgramStatus.NONZERO_EXIT, 1);
        ended(id, arena.run(id, "sys.exit('a text')"), ProgramStatus.NONZERO_EXIT, 1);
        ended(id, arena.run(id, "raise KeyboardInterrupt"), ProgramStatus.NONZERO_EXIT, 1);
        assertThat(arena.out(id, "print(x)")).isEqualTo("42\n");
        assertThat(arena.view(id).executions()).isEqualTo(7);
    }

    @Test
    void pythonsForkedChildrenEndWithTheCallAndDoNotBecomeTheDriver() throws Exception {
        String id = arena.open("python");
        arena.out(id, "import os\nx = 1\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\nelse:\n    x = 2");
        assertThat(arena.out(id, "print(x)")).isEqualTo("1\n");
    }

    @Test
    void javascriptKeepsConstLetFunctionsAndClasses() throws Exception {
        String id = arena.open("javascript");
        arena.out(id, "const fs = require('fs'); let n = 1; var v = 2; function f() { return n + v; } class C {}");
        assertThat(arena.out(id, "n = 40; console.log(f(), typeof C, typeof fs.readFileSync)"))
                .isEqualTo("42 function function\n");
        assertThat(arena.out(id, "const fs = require('node:fs'); console.log(typeof fs.statSync)"))
                .isEqualTo("function\n");
    }

    @Test
    void javascriptAwaitsAtTheTopLevelAndImports() throws Exception {
        String id = arena.open("node");
        arena.sessions().put(id, SessionArena.TENANT, "lib/m.mjs", "export const m = 7;".getBytes(), PolicyLevel.OFF);
        assertThat(arena.out(
                        id,
                        "const a = await Promise.resolve(5); const { m } = await import('./lib/m.mjs');"
                                + " console.log(a + m)"))
                .isEqualTo("12\n");
        assertThat(arena.out(id, "import('node:path').then(p => console.log(p.join('a', 'b'), a))"))
                .isEqualTo("a/b 5\n");
        assertThat(arena.out(id, "setTimeout(() => console.log('later'), 30); console.log('now')"))
                .isEqualTo("now\nlater\n");
    }

    @Test
    void javascriptGoesOnAfterExitsAndErrors() throws Exception {
        String id = arena.open("js");
        arena.out(id, "let x = 1");
        ended(id, arena.run(id, "x = 2; process.exit(3); x = 99"), ProgramStatus.NONZERO_EXIT, 3);
        Executed thrown = arena.run(id, "throw new TypeError('no')");
        ended(id, thrown, ProgramStatus.NONZERO_EXIT, 1);
        assertThat(thrown.stderr().text()).contains("TypeError: no").doesNotContain("node:inspector");
        ended(id, arena.run(id, "throw 'a text'"), ProgramStatus.NONZERO_EXIT, 1);
        ended(id, arena.run(id, "let y = ;"), ProgramStatus.NONZERO_EXIT, 1);
        ended(
                id,
                arena.run(id, "(async () => { await 0; throw new Error('async') })()"),
                ProgramStatus.NONZERO_EXIT,
                1);
        ended(id, arena.run(id, "setTimeout(() => { throw new Error('timer') }, 5)"), ProgramStatus.NONZERO_EXIT, 1);
        ended(id, arena.run(id, "setTimeout(() => process.exit(4), 5)"), ProgramStatus.NONZERO_EXIT, 4);
        ended(id, arena.run(id, "process.exitCode = 6"), ProgramStatus.NONZERO_EXIT, 6);
        ended(id, arena.run(id, "await new Promise(() => {})"), ProgramStatus.NONZERO_EXIT, 13);
        assertThat(arena.out(id, "console.log(x)")).isEqualTo("2\n");
    }

    @Test
    void bashKeepsVariablesFunctionsFolderOptionsAndTraps() throws Exception {
        String id = arena.open("bash");
        arena.out(
                id,
                "x=1; declare -A m=([k]=v); f() { echo \"f $x ${m[k]}\"; }; mkdir sub; cd sub; set -o pipefail;"
                        + " trap 'echo usr' USR1");
        assertThat(arena.out(id, "f; basename \"$PWD\"; [[ -o pipefail ]] && echo pipefail; kill -USR1 $$; :"))
                .isEqualTo("f 1 v\nsub\npipefail\nusr\n");
    }

    @ParameterizedTest
    @CsvSource({"exit 3, 3", "set -e; false; x=99, 1", "set -u; echo $nothing; x=99, 1", "${nothing:?no}, 1"})
    void bashGoesOnAfterWhatEndsShells(String end, int code) throws Exception {
        String id = arena.open("bash");
        arena.out(id, "x=1; a=(1 2); f() { echo \"f $x ${a[1]}\"; }; trap 'echo usr' USR1; cd /tmp");
        for (int round = 0; round < 3; round++) {
            ended(id, arena.run(id, "x=$((x + 1)); " + end), ProgramStatus.NONZERO_EXIT, code);
        }
        assertThat(arena.out(id, "set +eu; f; pwd; kill -USR1 $BASHPID; :")).isEqualTo("f 4 2\n/tmp\nusr\n");
    }

    @Test
    void bashExitsManyTimesWithoutUsingUpItsProcesses() throws Exception {
        String id = arena.open("bash");
        arena.out(id, "n=0");
        for (int i = 0; i < 100; i++) {
            assertThat(arena.run(id, "n=$((n + 1)); exit 0").status()).isEqualTo(ProgramStatus.OK);
        }
        assertThat(arena.out(id, "echo $n")).isEqualTo("100\n");
    }

    @Test
    void bashRunsTheCallsOwnExitTrapAndGoesOn() throws Exception {
        String id = arena.open("bash");
        arena.out(id, "trap 'echo bye' EXIT; x=5");
        Executed left = arena.run(id, "echo go; exit 2");
        ended(id, left, ProgramStatus.NONZERO_EXIT, 2);
        assertThat(left.stdout().text()).isEqualTo("go\nbye\n");
        assertThat(arena.out(id, "echo $x; continue")).isEqualTo("5\n");
        ended(id, arena.run(id, "if; then"), ProgramStatus.NONZERO_EXIT, 2);
        ended(id, arena.run(id, "false"), ProgramStatus.NONZERO_EXIT, 1);
        ended(id, arena.run(id, "return 9"), ProgramStatus.NONZERO_EXIT, 9);
        assertThat(arena.out(id, "break")).isEqualTo("bye\n");
    }

    @Test
    void theDriverStaysOutOfTracesAndPrograms() throws Exception {
        String id = arena.open("bash");
        Executed traced = arena.run(id, "set -x; echo a");
        assertThat(traced.stderr().text()).isEqualTo("+++ echo a\n");
        assertThat(arena.run(id, "echo b").stderr().text()).doesNotContain("__sandmill");
        assertThat(arena.out(id, "set +x; for fd in /proc/self/fd/*; do basename $fd; done; sleep 0; ls /proc/self/fd"))
                .endsWith("0\n1\n2\n3\n");
        String python = arena.open("python");
        assertThat(arena.out(
                        python,
                        "import subprocess; print(subprocess.run(['ls', '/proc/self/fd'],"
                                + " capture_output=True).stdout.split())"))
                .isEqualTo("[b'0', b'1', b'2', b'3']\n");
    }

    @Test
    void twoSessionsDoNotSeeEachOther() throws Exception {
        String one = arena.open("python");
        String two = arena.open("python");
        arena.out(one, "secret = 1\nopen('mine', 'w').write('x')\nopen('/tmp/mine', 'w').write('x')");
        assertThat(arena.out(two, "import os\nprint('secret' in globals(), os.listdir('.'), os.listdir('/tmp'))"))
                .isEqualTo("False [] []\n");
    }

    @Test
    void aCallIsCheckedTogetherWithThoseBeforeIt() throws Exception {
        String id = arena.open("python");
        Executed refused = arena.run(id, "print(1)\nimport os\nos.system('id')", PolicyLevel.STANDARD);
        assertThat(refused.status()).isEqualTo(ProgramStatus.REJECTED);
        assertThat(refused.violations()).isNotEmpty();
        assertThat(arena.run(id, "import os\n", PolicyLevel.STANDARD).status()).isEqualTo(ProgramStatus.OK);
        Executed split = arena.run(id, "y = 1\nos.system('id')", PolicyLevel.STANDARD);
        assertThat(split.status()).isEqualTo(ProgramStatus.REJECTED);
        assertThat(split.violations().getFirst().line()).isEqualTo(2);
        assertThat(arena.run(id, "print(os.getcwd())", PolicyLevel.STANDARD)
                        .stdout()
                        .text())
                .isEqualTo("/workspace/run\n");
    }

    @Test
    void aCallSaysWhatItUsedItself() throws Exception {
        String id = arena.open("python");
        Executed busy = arena.run(
                id,
                "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end:"
                        + " pass\ndata = bytearray(40 << 20)");
        assertThat(busy.usage().cpuMillis()).isBetween(250L, 5_000L);
        assertThat(busy.usage().peakMemoryBytes()).isGreaterThan(40 << 20);
        Executed idle = arena.run(id, "pass");
        assertThat(idle.usage().cpuMillis()).isLessThan(250);
        assertThat(idle.cached()).isFalse();
        assertThat(idle.deterministic()).isFalse();
    }
}
