package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The compiler that stays warm over programs: none of them reaches it, and none of their sources changes it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompileServerIT {
    private static final Limits ROOMY = new Limits(20_000, 15_000, 256L << 20, 64, 1L << 20, 64L << 20);

    /// Prints when the server was started.
    private static final String LOOK = """
            import java.nio.file.*;
            public class Main { public static void main(String[] args) throws Exception {
                try (var list = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                    for (Path process : list)
                        if (Files.readString(process.resolve("cmdline")).equals("/sandmill/java\\0serve\\0"))
                            System.out.println(Files.readString(process.resolve("stat")).split(" ")[21]);
                }
            } }
            """;

    private Arena arena;

    @BeforeAll
    void open() throws IOException {
        arena = new Arena(1, "java");
        run(LOOK);
    }

    @AfterAll
    void close() throws IOException {
        arena.close();
    }

    private Executed run(String source) {
        return arena.run("java", source, ROOMY, "mallory");
    }

    private String server() throws IOException {
        Executed look = run(LOOK);
        assertThat(look.stdout().text()).as(look.toString()).matches("[0-9]+\n");
        assertThat(look.isolation()).isEqualTo("recycled");
        arena.requireQuiet();
        return look.stdout().text();
    }

    @Test
    void itStaysOverProgramsAndOverErrors() throws IOException {
        String first = server();
        assertThat(run("class Main { int x = missing; }").status()).isEqualTo(ProgramStatus.COMPILE_ERROR);
        arena.requireQuiet();
        assertThat(server()).isEqualTo(first);
    }

    @Test
    void noProgramReachesIt() throws IOException {
        server();
        Executed attack = run("""
                import java.io.*;
                import java.nio.file.*;
                public class Main {
                    interface Attempt { Object make() throws Exception; }
                    static void attempt(String what, Attempt attempt) {
                        try { System.out.println(what + " " + attempt.make()); } catch (Exception denied) {}
                    }
                    static int shell(String command) throws Exception { return new ProcessBuilder("sh", "-c", command).start().waitFor(); }
                    public static void main(String[] args) throws Exception {
                        String server = null;
                        try (var list = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                            for (Path process : list)
                                if (Files.readString(process.resolve("cmdline")).contains("serve")) server = process.toString();
                        }
                        String at = server;
                        String pid = at.substring(6);
                        for (String file : new String[] {"environ", "maps", "auxv", "stack", "syscall"})
                            attempt(file, () -> Files.readAllBytes(Path.of(at, file)).length);
                        attempt("memory", () -> { try (var memory = new RandomAccessFile(at + "/mem", "r")) { memory.seek(0x400000); return memory.read(); } });
                        attempt("memory", () -> new RandomAccessFile(at + "/mem", "rw"));
                        for (String file : new String[] {"oom_score_adj", "coredump_filter", "comm", "clear_refs"})
                            attempt(file, () -> Files.writeString(Path.of(at, file), "1"));
                        for (String link : new String[] {"fd/3", "cwd", "root", "exe"})
                            attempt(link, () -> Files.readSymbolicLink(Path.of(at, link)));
                        for (String command : new String[] {"kill -9 ", "kill -QUIT ", "kill -STOP ", "renice 19 -p ", "taskset -p 1 ", "prlimit --cpu=1 --pid "})
                            if (shell(command + pid) == 0) System.out.println(command);
                        attempt("attach", () -> { com.sun.tools.attach.VirtualMachine.attach(pid).detach(); return "attached"; });
                        Files.readAllLines(Path.of(at, "status")).stream()
                            .filter(line -> line.matches("(Cap(Inh|Prm|Eff|Amb)|Groups|NoNewPrivs|Seccomp):.*"))
                            .map(line -> line.replaceAll("\\\\s+", " ").strip())
                            .forEach(System.out::println);
                        Files.readAllLines(Path.of(at, "limits")).stream().filter(line -> line.startsWith("Max file size"))
                            .map(line -> line.replaceAll("\\\\s+", " ").strip()).forEach(System.out::println);
                        System.out.println("its user " + Files.getAttribute(Path.of(at), "unix:uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                            + Files.getAttribute(Path.of(at), "unix:uid").equals(0));
                    }
                }
                """);
        assertThat(attack.stdout().text()).as(attack.stderr().text()).isEqualTo("""
                Groups:
                CapInh: 0000000000000000
                CapPrm: 0000000000000000
                CapEff: 0000000000000000
                CapAmb: 0000000000000000
                NoNewPrivs: 1
                Seccomp: 2
                Max file size 0 0 bytes
                its user falsefalse
                """);
        arena.requireQuiet();
    }

    /// What ends with an error of the JVM may have left classes of the compiler half made: another compiler
    /// answers, and the container gets a new one.
    @Test
    void aSourceThatItDoesNotSurviveIsCompiledByAnotherAndItIsReplaced() throws IOException {
        String first = server();
        Executed deep = run("class Main { int x = " + "(".repeat(9_000) + "1" + ")".repeat(9_000) + "; }");
        assertThat(deep.status()).as(deep.toString()).isEqualTo(ProgramStatus.COMPILE_ERROR);
        assertThat(deep.compile().stderr().text()).contains("java.lang.StackOverflowError");
        assertThat(deep.compile().exitCode()).isGreaterThan(1);
        arena.requireQuiet();
        String second = server();
        assertThat(second).isNotEqualTo(first);
    }

    /// Its memory is the container's: what a large source took is not there any more when the next program runs.
    @Test
    void aLargeSourceLeavesProgramsItsMemory() throws IOException {
        long before = heldBytes();
        StringBuilder source = new StringBuilder("public class Main {\n");
        for (int i = 0; i < 8_000; i++) {
            source.append("static int f")
                    .append(i)
                    .append("(int x) { String s = \"")
                    .append(i)
                    .append("\" + x; return s.length() + x * ")
                    .append(i)
                    .append("; }\n");
        }
        source.append("public static void main(String[] a) { System.out.println(1); } }\n");
        Executed large = run(source.toString());
        assertThat(large.stdout().text()).as(large.toString()).isEqualTo("1\n");
        arena.requireQuiet();
        long after = heldBytes();
        assertThat(after - before)
                .as("%d bytes before, %d after", before, after)
                .isLessThan(32L << 20);
    }

    /// What is resident of the compiler that stays, without the pages that it shares.
    private long heldBytes() {
        Executed look = run("""
                import java.nio.file.*;
                public class Main {
                    public static void main(String[] args) throws Exception {
                        try (var list = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                            for (Path process : list)
                                if (Files.readString(process.resolve("cmdline")).equals("/sandmill/java\\0serve\\0")) {
                                    String[] pages = Files.readString(process.resolve("statm")).split(" ");
                                    System.out.println((Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * 4096);
                                }
                        }
                    }
                }
                """);
        System.out.println("the compiler holds " + look.stdout().text().strip());
        return Long.parseLong(look.stdout().text().strip());
    }
}
