package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What one program leaves behind does not reach the process that is started ahead of the next.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartedAheadBleedIT {
    private Arena arena;

    @BeforeAll
    void open() throws IOException {
        arena = new Arena(1, "javascript", "java", "python-data");
    }

    @AfterAll
    void close() throws IOException {
        arena.close();
    }

    private Executed run(String language, String source) {
        return arena.run(language, source, Limits.DEFAULT, "mallory");
    }

    /// Runs `mess` between two looks, all in one container.
    private void leavesNoTrace(String language, String look, String mess) throws IOException {
        Executed before = run(language, look);
        assertThat(before.stderr().text()).isEmpty();
        arena.requireQuiet();
        Executed messy = run(language, mess);
        assertThat(messy.stderr().text()).isEmpty();
        assertThat(messy.stdout().text()).isEqualTo("done\n");
        assertThat(messy.isolation()).isEqualTo("recycled");
        arena.requireQuiet();
        Executed after = run(language, look);
        assertThat(after.isolation()).isEqualTo("recycled");
        assertThat(after.stderr().text()).isEmpty();
        assertThat(after.stdout().text()).isEqualTo(before.stdout().text());
        arena.requireQuiet();
    }

    private static final String NODE_LOOK = """
            const fs = require('fs')
            let found = []
            for (const name of ['poison', 'fs2']) try { require(name); found.push(name) } catch (none) {}
            const uid = process.getuid()
            const others = fs.readdirSync('/proc').filter(p => /^\\d+$/.test(p) && Number(p) !== process.pid && fs.statSync('/proc/' + p).uid !== 0)
            const limits = fs.readFileSync('/proc/self/limits', 'utf8')
            console.log(found, others, limits, process.umask(), globalThis.poison, Object.keys(process.env), process.execArgv)
            for (const place of ['/workspace', '.', '/tmp', '/dev/shm', '/dev/mqueue']) console.log(place, fs.readdirSync(place), fs.statSync(place).mode)
            console.log(fs.readFileSync('/proc/self/environ', 'latin1').includes('poison'), fs.readFileSync('/proc/self/status', 'utf8').match(/Sig(Ign|Blk|Cgt).*/g))
            """;

    @Test
    void nodesStart() throws IOException {
        leavesNoTrace("javascript", NODE_LOOK, """
                const fs = require('fs')
                globalThis.poison = 1
                const bad = 'throw new Error("poison")'
                for (const place of ['/workspace', '/workspace/run', '/tmp', '/dev/shm']) {
                    for (const name of ['node_modules', '.node_modules', '.node_libraries', 'lib/node']) {
                        fs.mkdirSync(`${place}/${name}/poison`, { recursive: true })
                        fs.writeFileSync(`${place}/${name}/poison/index.js`, 'exports.x = 1')
                    }
                    fs.writeFileSync(place + '/package.json', '{"type": "module", "main": "poison.js"}')
                    for (const name of ['.npmrc', '.noderc.js', 'fs.js', 'net.js', 'zygote.js', '.env']) fs.writeFileSync(`${place}/${name}`, bad)
                }
                for (const name of ['NODE_PATH', 'NODE_OPTIONS', 'LD_PRELOAD']) process.env[name] = '/workspace/run/poison'
                for (const target of ['/sandmill/node/zygote.js', '/sandmill/node/node.so', '/usr/bin/node', '/proc/1/mem', '/proc/1/fd/0'])
                    try { fs.writeFileSync(target, bad); console.log('written', target) } catch (denied) {}
                process.umask(0)
                try { fs.writeFileSync('/proc/1/oom_score_adj', '1000'); console.log('written') } catch (denied) {}
                for (const p of fs.readdirSync('/proc').filter(p => /^\\d+$/.test(p) && Number(p) !== process.pid && fs.statSync('/proc/' + p).uid !== 0))
                    console.log('beside me', p)
                console.log('done')
                """);
    }

    private static final String JAVA_LOOK = """
            import java.nio.file.*;
            import java.util.*;
            public class Main { public static void main(String[] args) throws Exception {
                for (String place : List.of("/workspace", ".", "/tmp", "/dev/shm", "/dev/mqueue")) {
                    List<String> names = new ArrayList<>();
                    try (var list = Files.newDirectoryStream(Path.of(place))) { list.forEach(name -> names.add(name.toString())); }
                    Collections.sort(names);
                    System.out.println(place + names + new TreeSet<>(Files.getPosixFilePermissions(Path.of(place))));
                }
                List<String> others = new ArrayList<>();
                try (var list = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                    for (Path process : list)
                        if (Long.parseLong(process.getFileName().toString()) != ProcessHandle.current().pid() && !Files.getOwner(process).getName().equals("root")
                            && !Files.readString(process.resolve("cmdline")).startsWith("/sandmill/java\\0serve\\0")) others.add(process.toString());
                }
                var inputs = java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments();
                System.out.println(others + " " + new TreeMap<>(System.getenv()) + inputs + System.getProperty("poison") + Locale.getDefault() + TimeZone.getDefault().getID());
                System.out.println(ClassLoader.getSystemResource("poison.txt") + " " + ToolProviders.found());
            } }
            class ToolProviders { static Object found() { return java.util.ServiceLoader.load(Runnable.class).findFirst().isPresent(); } }
            """;

    @Test
    void theJvmsStart() throws IOException {
        leavesNoTrace("java", JAVA_LOOK, """
                import java.nio.file.*;
                import java.util.*;
                public class Main { public static void main(String[] args) throws Exception {
                    System.setProperty("poison", "1"); Locale.setDefault(Locale.GERMAN); TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
                    System.setProperty("java.class.path", "/tmp");
                    for (String place : List.of("/workspace", "/workspace/run", "/tmp", "/dev/shm")) {
                        for (String name : List.of("hsperfdata_poison/1", "META-INF/services/java.lang.Runnable", "poison.txt", ".hotspotrc", ".hotspot_compiler",
                                ".java_pid1", "sandmill.out2/dev/sandmill/launcher/Ahead.class", "java/lang/String.class", "Main.class", "JDK_JAVA_OPTIONS")) {
                            Path file = Path.of(place, name); Files.createDirectories(file.getParent()); Files.writeString(file, "poison");
                        }
                    }
                    Files.writeString(Path.of("/workspace/run/sandmill.out/.sandmill-main"), "Poison");
                    for (String target : List.of("/sandmill/ahead.jar", "/sandmill/ahead.jsa", "/sandmill/java", "/proc/1/mem", "/proc/1/fd/0"))
                        try { Files.write(Path.of(target), new byte[1]); System.out.println("written " + target); } catch (java.io.IOException denied) {}
                    try (var list = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                        for (Path process : list)
                            if (!List.of(1L, ProcessHandle.current().pid()).contains(Long.parseLong(process.getFileName().toString()))
                                && !Files.readString(process.resolve("cmdline")).startsWith("/sandmill/java\\0serve\\0")) System.out.println("beside me " + process);
                    }
                    System.out.println("done");
                } }
                """);
    }

    @Test
    void randomNumbersOfImportedModulesAreNotShared() throws IOException {
        String random =
                "import numpy as np, random\nprint(np.random.rand(), random.random(), np.random.default_rng().random())";
        Executed first = run("python-data", random);
        arena.requireQuiet();
        Executed second = run("python-data", random);
        assertThat(second.isolation()).isEqualTo("recycled");
        assertThat(second.stdout().text().split("\\s+"))
                .hasSize(3)
                .doesNotContainAnyElementsOf(List.of(first.stdout().text().split("\\s+")));
        arena.requireQuiet();
    }
}
