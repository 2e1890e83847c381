package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Programs that are forked from a warm Node.js, one after the other in one container: what a program of one
/// file cannot tell, and what only several show.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WarmNodeIT {
    /// Any variable with such a name has programs executed instead.
    private static final Map<String, String> COLD = Map.of("UV_COLD", "1");

    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(1, 0), new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private Executed run(Programs program) {
        return RealSandbox.answered(sandbox, program.request(), "ada");
    }

    private static Programs node(String source) {
        return files("javascript", new SourceFile("main.js", Content.utf8(source)));
    }

    private static Programs files(String language, SourceFile... files) {
        return Programs.of(language, "").withFiles(List.of(files));
    }

    private void isTheSameCold(Programs program) {
        Executed warm = run(program);
        Executed cold = run(program.withEnv(COLD));
        assertThat(warm.stdout().text()).isEqualTo(cold.stdout().text());
        assertThat(warm.stderr().text()).isEqualTo(cold.stderr().text());
        assertThat(warm.status()).isEqualTo(cold.status());
        assertThat(warm.exitCode()).isEqualTo(cold.exitCode());
    }

    @Test
    void aProgramIsForked() {
        String asks = "console.log(require('fs').readFileSync('/proc/self/maps', 'utf8').includes('/node.so'))";
        assertThat(run(node(asks)).stdout().text()).isEqualTo("true\n");
        assertThat(run(node(asks).withEnv(COLD)).stdout().text()).isEqualTo("false\n");
        String typed =
                "import { readFileSync } from 'fs'; const text: string = readFileSync('/proc/self/maps', 'utf8');"
                        + " console.log(text.includes('/node.so'))";
        assertThat(run(files("typescript", new SourceFile("main.ts", Content.utf8(typed))))
                        .stdout()
                        .text())
                .isEqualTo("true\n");
    }

    /// More than a pipe takes at once, by a process that ends right after.
    @Test
    void whatItPrintsArrives() {
        Executed executed = run(node("for (let i = 0; i < 20000; i++) console.log('line', i);"
                + " require('fs').appendFileSync('/dev/stdout', 'direct'); process.exit(3)"));
        assertThat(executed.stdout().text()).endsWith("line 19999\ndirect").hasLineCount(20_001);
        assertThat(executed.exitCode()).isEqualTo(3);
    }

    @Test
    void argumentsAreTheProgramsOwn() {
        isTheSameCold(node("console.log(process.argv, process.execArgv)").withArgs("a b", "--inspect", "ü", "", "-e"));
    }

    @Test
    void modulesAreModules() {
        SourceFile main = new SourceFile(
                "main.js",
                Content.utf8("import { x } from './x.mjs'; const y = await Promise.resolve(2);"
                        + " console.log(x, y, import.meta.url, process.argv, typeof require); throw new Error('top')"));
        SourceFile other = new SourceFile("x.mjs", Content.utf8("export const x = 1"));
        SourceFile type = new SourceFile("package.json", Content.utf8("{\"type\": \"module\"}"));
        isTheSameCold(files("javascript", main, other, type));
        isTheSameCold(files("javascript", main, other));
        isTheSameCold(files(
                "javascript", new SourceFile("main.mjs", Content.utf8("await new Promise(() => {}); console.log(1)"))));
    }

    @Test
    void theFileMayBeCalledAnything() {
        String source = """
                console.log(__filename, require.main === module, process.argv, process.mainModule === module)
                const runMain = Object.getOwnPropertyDescriptor(require('module'), 'runMain')
                console.log(runMain, new Error('here').stack)
                throw new Error('there')
                """;
        for (String name : List.of("other.js", "deep/er/main.js", "-x.js", "no-extension", "x.cjs")) {
            isTheSameCold(files("javascript", new SourceFile(name, Content.utf8(source))));
        }
    }

    @Test
    void tracesOfTypeScriptNameItsLines() {
        Programs program = files(
                "typescript",
                new SourceFile("app.ts", Content.utf8("""
                        interface Shape { area: number }
                        import { fail } from './lib'
                        const shape: Shape = { area: 2 }
                        console.log(shape, await Promise.resolve(3), process.argv, process.execArgv)
                        fail(shape.area)
                        """)),
                new SourceFile(
                        "lib.ts",
                        Content.utf8("export function fail(n: number): never {\n  throw new Error('n ' + n)\n}\n")));
        isTheSameCold(program.withArgs("x"));
        Executed executed = run(program);
        assertThat(executed.stderr().text()).contains("lib.ts:2:").contains("app.ts:5:");
        assertThat(executed.exitCode()).isEqualTo(1);
    }

    @Test
    void programsShareNoRandomness() {
        Set<String> seen = new HashSet<>();
        int programs = 40;
        for (int i = 0; i < programs; i++) {
            Executed executed = run(node("""
                    const { randomUUID, randomBytes, webcrypto, randomInt } = require('crypto')
                    const vm = require('vm')
                    console.log([Math.random(), vm.runInNewContext('Math.random()'), randomUUID(), randomBytes(8).toString('hex'),
                        webcrypto.getRandomValues(new Uint32Array(2)).join(), randomInt(2 ** 47)].join('\\n'))
                    """));
            seen.addAll(executed.stdout().text().lines().toList());
        }
        assertThat(seen).hasSize(6 * programs);
    }

    @Test
    void aProgramHasNoRightsAndNothingOpen() {
        Programs program = node("""
                const fs = require('fs')
                for (const task of fs.readdirSync('/proc/self/task'))
                    console.log(fs.readFileSync(`/proc/self/task/${task}/status`, 'utf8').split('\\n')
                        .filter(line => /^(Cap|Uid|Gid|Groups|NoNewPrivs)/.test(line)).join('\\n'))
                """);
        Executed executed = run(program);
        assertThat(executed.stderr().text()).isEmpty();
        assertThat(executed.stdout().text().lines())
                .hasSizeGreaterThan(5)
                .allMatch(line -> line.matches(
                        "Cap...:\\t00000000000000(00|e0)|[UG]id:(\\t\\d{6,10}){4}|Groups:\\t ?|NoNewPrivs:\\t1"))
                .noneMatch(line -> line.matches("Cap(Inh|Prm|Eff|Amb):.*e0"))
                .noneMatch(line -> line.matches("[UG]id:.*\\t0(\\t.*)?"));
    }

    /// Every pipe is the child's own, those inside its event loops too: their numbers in the kernel are other ones.
    @Test
    void aProgramSharesNoDescriptorWithWhatForkedIt() {
        String handles = """
                const fs = require('fs')
                for (const fd of fs.readdirSync('/proc/self/fd'))
                    try {
                        const target = fs.readlinkSync('/proc/self/fd/' + fd)
                        if (target.startsWith('pipe:')) console.log(target)
                    } catch {}
                """;
        List<String> first = run(node(handles)).stdout().text().lines().toList();
        List<String> second = run(node(handles)).stdout().text().lines().toList();
        assertThat(first).hasSizeGreaterThan(8).doesNotContainAnyElementsOf(second);
    }

    @Test
    void aProgramReachesNothingThatForksTheNext() {
        Executed executed = run(node("""
                const fs = require('fs')
                const others = fs.readdirSync('/proc').filter(p => /^\\d+$/.test(p) && Number(p) !== process.pid)
                for (const p of others) {
                    for (const file of ['mem', 'maps', 'environ', 'fd'])
                        try { fs.readdirSync(`/proc/${p}/${file}`); console.log('listed', file) } catch (e) {
                            try { fs.readFileSync(`/proc/${p}/${file}`); console.log('read', file) } catch (denied) {}
                        }
                    try { process.kill(Number(p), 'SIGKILL'); console.log('killed', p) } catch (denied) {}
                }
                globalThis.poison = Array.prototype.poison = Object.prototype.poison = 1
                require('module')._extensions['.js'] = () => console.log('poisoned')
                console.log('done', others.length >= 2)
                """));
        assertThat(executed.stdout().text()).isEqualTo("done true\n");
        Executed next = run(node("console.log(globalThis.poison, [].poison, {}.poison)"));
        assertThat(next.stdout().text()).isEqualTo("undefined undefined undefined\n");
        assertThat(next.isolation()).isEqualTo("recycled");
    }

    @Test
    void whereNothingCanWaitProgramsStartCold() {
        Limits small = new Limits(10_000, 5_000, 24L << 20, 64, 1 << 20, 16L << 20);
        Executed tiny = run(
                node("const x = []; for (;;) x.push(Buffer.alloc(1000000, 1))").withLimits(small));
        assertThat(tiny.status()).isIn(ProgramStatus.MEMORY_LIMIT, ProgramStatus.SIGNAL);
        assertThat(run(node("console.log(1)").withLimits(new Limits(10_000, 5_000, 256L << 20, 1, 1 << 20, 16L << 20)))
                        .status())
                .isNotEqualTo(ProgramStatus.OK);
    }

    @Test
    void memoryThatIsSharedIsTheProgramsToo() {
        assertThat(run(node("console.log(1)")).usage().peakMemoryBytes()).isGreaterThan(20L << 20);
    }

    @Test
    void theLimitOfMemoryIsTheContainers() {
        Executed executed = run(node("const x = []; for (;;) x.push(Buffer.alloc(1 << 20, 1))")
                .withLimits(new Limits(20_000, 10_000, 128L << 20, 64, 1 << 20, 16L << 20)));
        assertThat(executed.status()).isEqualTo(ProgramStatus.MEMORY_LIMIT);
        assertThat(executed.usage().peakMemoryBytes()).isBetween(100L << 20, 240L << 20);
    }
}
