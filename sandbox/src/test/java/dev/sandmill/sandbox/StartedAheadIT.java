package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that a waiting process becomes see what they would see without one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartedAheadIT {
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

    private static Programs program(String language, String file, String source) {
        return Programs.of(language, source).withFiles(List.of(new SourceFile(file, Content.utf8(source))));
    }

    private static Programs node(String source) {
        return program("javascript", "main.js", source);
    }

    private static Programs java(String source) {
        return program("java", "Main.java", source);
    }

    private void isTheSameCold(Programs program) {
        Executed warm = run(program);
        Executed cold = run(program.withEnv(COLD));
        assertThat(warm.stdout().text()).isEqualTo(cold.stdout().text());
        assertThat(withoutAddresses(warm)).isEqualTo(withoutAddresses(cold));
        assertThat(warm.status()).isEqualTo(cold.status());
        assertThat(warm.exitCode()).isEqualTo(cold.exitCode());
        assertThat(warm.signal()).isEqualTo(cold.signal());
    }

    private static String withoutAddresses(Executed executed) {
        return executed.stderr().text().replaceAll("0x[0-9a-f]+", "0x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                const env = Object.entries(process.env).filter(([name]) => name !== 'UV_COLD')
                console.log(process.argv, process.argv0, process.execArgv, process.title, process.cwd(), env)
                console.log(require.main === module, module.parent, module.id, module.paths, __filename, __dirname)
                console.log(process.mainModule === module, Object.keys(require.cache), process._preload_modules)
                console.log(require('fs').readdirSync('/proc/self/fd').length, require('fs').readdirSync('.'))
                console.log(process.stdin.isTTY, process.exitCode)
                console.log(Object.getOwnPropertyNames(globalThis).sort(), process.eventNames(), process.umask())
                console.log(require('module')._pathCache, process._getActiveHandles().length, process.getuid() >= 100000)
                """,
                "throw new Error('boom')",
                "function f() { null.x }\nf()",
                "Promise.reject(new TypeError('unhandled'))",
                "process.exitCode = 7",
                "process.on('exit', code => console.log('left with', code)); process.exit(300)",
                "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)",
                "process.abort()",
                "setTimeout(() => console.log('later'), 20); process.stdin.on('data', d => console.log(String(d)))",
                "const { Worker } = require('worker_threads'); new Worker('console.log(process.argv.length, process.execArgv)', { eval: true })",
                "if (process.argv[2] === 'child') console.log(process.argv, process.execArgv); else require('child_process').fork(__filename, ['child'])",
                "import('fs').then(fs => console.log(typeof fs.readFileSync))",
                "require('./missing')",
                "syntax error here"
            })
    void nodesProgramsSeeAnOrdinaryNode(String source) {
        isTheSameCold(node(source).withArgs("a b", "--inspect", "ü"));
    }

    @Test
    void nodesModulesAreModules() {
        Programs module = node("").withFiles(List.of(
                new SourceFile(
                        "main.js",
                        Content.utf8(
                                "import { x } from './x.mjs'; const y = await Promise.resolve(2); console.log(x, y, import.meta.url, process.argv)")),
                new SourceFile("x.mjs", Content.utf8("export const x = 1")),
                new SourceFile("package.json", Content.utf8("{\"type\": \"module\"}"))));
        isTheSameCold(module);
        assertThat(run(module).stdout().text()).startsWith("1 2 file:///workspace/run/main.js");
    }

    @Test
    void whatIsWarmIsWarm() {
        run(node("0"));
        Executed warm = run(
                node(
                        "const fs = require('fs'); console.log(fs.readFileSync('/proc/self/environ', 'utf8').includes('ahead.js'))"));
        assertThat(warm.stdout().text()).isEqualTo("true\n");
    }

    @Test
    void aWaitingProcessHasNoRightsAndNothingOpen() {
        for (String language : List.of("javascript", "java")) {
            Programs program = language.equals("java") ? java("""
                            import java.nio.file.*;
                            class Main { public static void main(String[] a) throws Exception {
                                try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
                                    for (Path task : tasks) for (String line : Files.readAllLines(task.resolve("status")))
                                        if (line.matches("(Cap|Uid|Gid|Groups|NoNewPrivs).*")) System.out.println(line);
                                }
                                for (int fd = 3; fd < 200; fd++) {
                                    Path link = Path.of("/proc/self/fd/" + fd);
                                    if (Files.isSymbolicLink(link)) System.out.println("open " + Files.readSymbolicLink(link));
                                }
                            } }
                            """) : node("""
                            const fs = require('fs')
                            for (const task of fs.readdirSync('/proc/self/task'))
                                console.log(fs.readFileSync(`/proc/self/task/${task}/status`, 'utf8').split('\\n')
                                    .filter(line => /^(Cap|Uid|Gid|Groups|NoNewPrivs)/.test(line)).join('\\n'))
                            for (let fd = 3; fd < 200; fd++)
                                try { console.log('open', fs.readlinkSync('/proc/self/fd/' + fd)) } catch (none) {}
                            """);
            Executed executed = run(program);
            assertThat(executed.stderr().text()).isEmpty();
            assertThat(executed.stdout().text().lines().filter(line -> !line.startsWith("open ")))
                    .as(language)
                    .allMatch(line -> line.matches(
                            "Cap...:\\t00000000000000(00|e0)|[UG]id:(\\t\\d{6,10}){4}|Groups:\\t ?|NoNewPrivs:\\t1"))
                    .noneMatch(line -> line.matches("Cap(Inh|Prm|Eff|Amb):.*e0"))
                    .noneMatch(line -> line.matches("[UG]id:.*\\t0(\\t.*)?"));
            assertThat(opened(executed)).as(language).isEqualTo(opened(run(program.withEnv(COLD))));
        }
    }

    private static List<String> opened(Executed executed) {
        return executed.stdout()
                .text()
                .lines()
                .filter(line -> line.startsWith("open "))
                .map(line -> line.replaceAll("[0-9]+", ""))
                .sorted()
                .toList();
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
    void memoryThatWasTakenAheadIsTheProgramsToo() {
        run(node("0"));
        assertThat(run(node("console.log(1)")).usage().peakMemoryBytes()).isGreaterThan(30L << 20);
    }
}
