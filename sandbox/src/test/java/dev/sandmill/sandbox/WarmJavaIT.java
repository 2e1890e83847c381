package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Java programs whose compiler stays warm and whose JVM was started ahead are what they are without both.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WarmJavaIT {
    /// Any variable with such a name has programs executed, and compiled by a compiler of their own.
    private static final Map<String, String> COLD = Map.of("UV_COLD", "1");

    private static final String HELLO =
            "class Main { public static void main(String[] a) { System.out.println(\"hello\"); } }";

    private Sandbox sandbox;

    /// Java alone, so that no other containers are kept ready.
    @BeforeAll
    void open(@TempDir Path languages) throws IOException {
        Files.copy(
                RealSandbox.IMAGES.resolve("java/language.yaml"),
                Files.createDirectory(languages.resolve("java")).resolve("language.yaml"));
        sandbox = Sandbox.open(
                new SandboxConfig(
                        "test-" + UUID.randomUUID(),
                        RealSandbox.DOCKER,
                        languages,
                        RealSandbox.IMAGE_TAG,
                        RealSandbox.SECCOMP,
                        1,
                        0,
                        Optional.empty()),
                new RealSandbox.MemoryResults());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private Executed run(Programs program) {
        return RealSandbox.answered(sandbox, program.request(), "ada");
    }

    private static SourceFile file(String path, String text) {
        return new SourceFile(path, Content.utf8(text));
    }

    private static Programs java(String source) {
        return java(file("Main.java", source));
    }

    private static Programs java(SourceFile... files) {
        return Programs.of("java", "").withFiles(List.of(files));
    }

    @Test
    void whatIsWarmIsWarm() {
        Executed jvm = run(
                java(
                        "class Main { public static void main(String[] a) throws Exception {"
                                + " System.out.println(new String(new java.io.FileInputStream(\"/proc/self/cmdline\").readAllBytes()).replace((char) 0, ' ')); } }"));
        assertThat(jvm.stdout().text()).isEqualTo("/sandmill/java wait \n");
        assertThat(jvm.usage().peakMemoryBytes()).isBetween(20L << 20, 80L << 20);
    }

    @Test
    void programsEndAsTheyWouldOtherwise() {
        Executed thrown = run(java("""
                public class Main {
                    static void deep() { throw new IllegalStateException("boom", new RuntimeException("why")); }
                    public static void main(String[] args) {
                        new Thread(() -> System.out.println("other")).start();
                        System.out.println(new Throwable().getStackTrace().length + Thread.currentThread().toString());
                        deep();
                    }
                }
                """));
        assertThat(thrown.stderr().text()).isEqualTo("""
                Exception in thread "main" java.lang.IllegalStateException: boom
                \tat Main.deep(Main.java:2)
                \tat Main.main(Main.java:6)
                Caused by: java.lang.RuntimeException: why
                \t... 2 more
                """);
        assertThat(thrown.exitCode()).isEqualTo(1);
        assertThat(thrown.stdout().text()).contains("1Thread[main,5,main]\n", "other\n");
        Executed later = run(java("""
                class Main { public static void main(String[] args) throws Exception {
                    Thread main = Thread.currentThread();
                    new Thread(() -> { try { main.join(); } catch (InterruptedException e) {} System.out.println("later"); }).start();
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
                    System.out.println(System.getProperty("java.class.path") + " " + System.getProperty("sun.java.command") + " "
                        + Main.class.getClassLoader().getClass().getSimpleName() + " " + new java.io.File("x").getAbsolutePath());
                } }
                """).withArgs("x"));
        assertThat(later.stdout().text())
                .isEqualTo("/workspace/run/sandmill.out Main x AppClassLoader /workspace/run/x\nlater\nhook\n");
        assertThat(later.status()).isEqualTo(ProgramStatus.OK);
        Executed halted = run(
                java("class Main { static { Runtime.getRuntime().halt(9); } public static void main(String[] a) {} }"));
        assertThat(halted.exitCode()).isEqualTo(9);
        Executed deep = run(java("class Main { public static void main(String[] a) { main(a); } }"));
        assertThat(deep.stderr().text())
                .startsWith("Exception in thread \"main\" java.lang.StackOverflowError\n\tat Main.main(Main.java:1)");
    }

    @Test
    void theOrderOfSetsIsTheSameInEveryJvm() {
        Programs order = java("""
                import java.util.*;
                class Main { enum E { A, B, C, D, E, F, G } public static void main(String[] a) {
                    System.out.println(new HashSet<>(List.of(E.values())) + " " + new Object().hashCode());
                } }
                """);
        Executed first = run(order);
        assertThat(first.status()).as(first.toString()).isEqualTo(ProgramStatus.OK);
        assertThat(run(order).stdout().text()).isEqualTo(first.stdout().text());
        assertThat(run(order.withEnv(COLD)).stdout().text())
                .isEqualTo(first.stdout().text());
    }

    @Test
    void theClassToStartIsTheFirstWithAMainMethodWhateverTheFileIsCalled() {
        for (Map<String, String> env : List.of(Map.<String, String>of(), COLD)) {
            Executed anything = run(java("""
                    interface Shape {}
                    public class Anything { public static void main(String[] args) { System.out.println("anything " + args.length); } }
                    class Later { public static void main(String[] args) { System.out.println("later"); } }
                    """).withArgs("x").withEnv(env));
            assertThat(anything.stdout().text()).as(anything.compile() + "").isEqualTo("anything 1\n");
            Executed named = run(java("""
                    package a.b;
                    class Before { public static void main(String[] args) { System.out.println("before"); } }
                    class Main { public static void main(String[] args) { System.out.println("named"); } }
                    """).withEnv(env));
            assertThat(named.stdout().text()).as(named.compile() + "").isEqualTo("named\n");
            Executed none = run(java("class Main { }").withEnv(env));
            assertThat(none.exitCode()).isEqualTo(1);
            assertThat(none.stderr().text()).startsWith("Error: Main method not found in class Main");
        }
    }

    @Test
    void theCompilerSaysWhatJavacSays() {
        for (Map<String, String> env : List.of(Map.<String, String>of(), COLD)) {
            Executed broken = run(java("""
                    class Main { public static void main(String[] args) { int x = "a"; missing(); } }
                    """).withEnv(env));
            assertThat(broken.status()).isEqualTo(ProgramStatus.COMPILE_ERROR);
            assertThat(broken.compile()).isNotNull();
            assertThat(broken.compile().exitCode()).isEqualTo(1);
            assertThat(broken.compile().usage().cpuMillis()).isPositive();
            assertThat(broken.compile().stderr().text()).isEqualTo("""
                    Main.java:1: error: incompatible types: String cannot be converted to int
                    class Main { public static void main(String[] args) { int x = "a"; missing(); } }
                                                                                  ^
                    Main.java:1: error: cannot find symbol
                    class Main { public static void main(String[] args) { int x = "a"; missing(); } }
                                                                                       ^
                      symbol:   method missing()
                      location: class Main
                    2 errors
                    """);
            Executed warned = run(java("""
                    class Main { public static void main(String[] a) { Thread.currentThread().stop(); java.util.List x = new java.util.ArrayList(); x.add(1); } }
                    """).withEnv(env));
            assertThat(warned.compile()).isNotNull();
            assertThat(warned.compile().stderr().text()).contains("Note: Main.java uses or overrides a deprecated API");
        }
    }

    @Test
    void aFolderOfTheProgramCalledAsTheOutputIsNotMetByWhatWaits() {
        Executed both = run(java("").withFiles(List.of(
                new SourceFile(
                        "Main.java",
                        Content.utf8(
                                "class Main { public static void main(String[] a) { System.out.println(\"ran\"); } }")),
                new SourceFile("sandmill.out/data.txt", Content.utf8("x")))));
        assertThat(both.stdout().text()).as(both.toString()).isEqualTo("ran\n");
    }

    @Test
    void theClassesAreTheSameWhateverWasCompiledBefore() {
        String source = """
                import java.util.*;
                public class Main {
                    record Point(int x, int y) {}
                    sealed interface Shape permits Square {}
                    record Square(int side) implements Shape {}
                    public static void main(String[] a) {
                        Map<String, Integer> m = new TreeMap<>();
                        Runnable r = () -> m.merge("k", 1, Integer::sum);
                        r.run();
                        System.out.println(m + " " + new Point(1, 2) + switch (a.length) { case 0 -> "none"; default -> "some"; });
                    }
                }
                """;
        List<Content> first = classes(java(source));
        assertThat(first).hasSize(4);
        run(java("class Main { void names" + "a_very_long_name_".repeat(100) + "() {} int x = \"no\"; }"));
        assertThat(classes(java(source))).isEqualTo(first);
        assertThat(classes(java(source).withEnv(COLD))).isEqualTo(first);
    }

    private List<Content> classes(Programs program) {
        Executed executed = RealSandbox.answered(sandbox, program.request("sandmill.out/*.class"), "ada");
        assertThat(executed.stdout().text()).as(executed.toString()).isEqualTo("{k=1} Point[x=1, y=2]none\n");
        return executed.artifacts().stream().map(Artifact::content).toList();
    }

    @Test
    void modulesPackagesAndUnusualNamesAreCompiled() {
        for (Map<String, String> env : List.of(Map.<String, String>of(), COLD)) {
            Executed module = run(java(
                            file(
                                    "Main.java",
                                    "import a.b.*; class Main { public static void main(String[] x) { System.out.println(new Deep().c() + Odd.NAME); } }"),
                            file("a/b/Deep.java", "package a.b; public class Deep { public char c() { return 'c'; } }"),
                            file("a b/%41#?ü.java", "package a.b; public interface Odd { String NAME = \"odd\"; }"))
                    .withEnv(env));
            assertThat(module.compile().stderr().text()).isEqualTo("""
                            a b/%41#?ü.java:1: error: interface Odd is public, should be declared in a file named Odd.java
                            package a.b; public interface Odd { String NAME = "odd"; }
                                                ^
                            1 error
                            """);
            Executed named = run(java(
                            file(
                                    "Main.java",
                                    "package p; public class Main { public static void main(String[] x) { System.out.println(java.util.logging.Level.INFO + \"ä\"); } }"),
                            file("module-info.java", "module m { requires java.logging; }"))
                    .withEnv(env));
            assertThat(named.stdout().text()).as(named.stderr().text()).isEqualTo("INFOä\n");
        }
    }

    @Test
    void whatIsNoUtf8IsAnErrorWithItsLine() {
        byte[] bytes = "class Main {\n  String s = \"?\";\n}\n".getBytes(StandardCharsets.US_ASCII);
        bytes[27] = (byte) 0xff;
        Executed executed = run(java(new SourceFile("Main.java", Content.of(bytes))));
        assertThat(executed.status()).isEqualTo(ProgramStatus.COMPILE_ERROR);
        assertThat(executed.compile().stderr().text()).isEqualTo("""
                Main.java:2: error: unmappable character (0xFF) for encoding UTF-8
                  String s = "\uFFFD";
                              ^
                1 error
                """);
    }

    @Test
    void errorsWithoutEndAreAnOutputLimit() {
        Executed executed =
                run(java("class Main {\n" + ("int " + "y".repeat(100_000) + " = true;\n").repeat(50) + "}"));
        assertThat(executed.status()).isEqualTo(ProgramStatus.OUTPUT_LIMIT);
    }

    @Test
    void programsWithManyInputsAreCompiledOnceAndRunInFreshJvms() {
        Executed executed = RealSandbox.answered(
                sandbox,
                new ExecuteCode(
                        "java",
                        null,
                        List.of(
                                file(
                                        "Main.java",
                                        "class Main { static int n; public static void main(String[] a) { System.out.println(a[0] + ++n); } }")),
                        null,
                        List.of(),
                        Content.EMPTY,
                        Map.of(),
                        List.of(
                                new ProgramInput(Content.EMPTY, List.of("a")),
                                new ProgramInput(Content.EMPTY, List.of("b")),
                                new ProgramInput(Content.EMPTY, List.of("c"))),
                        Limits.DEFAULT,
                        PolicyLevel.OFF,
                        Isolation.AUTO,
                        CacheMode.OFF,
                        List.of()),
                "ada");
        assertThat(executed.runs())
                .isNotNull()
                .extracting(one -> one.stdout().text())
                .containsExactly("a1\n", "b1\n", "c1\n");
    }

    @Test
    void withHardlyAnyMemoryOrThreadsTheContainerStillAnswers() {
        Executed alone = run(java(HELLO).withLimits(new Limits(10_000, 5_000, 256L << 20, 1, 1 << 20, 16L << 20)));
        // The threads of what is warm are on top of the program's limit; as long as some of them have not been started
        // yet,
        // a program that starts none itself just fits.
        assertThat(alone.status())
                .as(alone.toString())
                .isIn(
                        ProgramStatus.OK,
                        ProgramStatus.PIDS_LIMIT,
                        ProgramStatus.NONZERO_EXIT,
                        ProgramStatus.SIGNAL,
                        ProgramStatus.COMPILE_ERROR);
        Executed small = run(java(HELLO).withLimits(new Limits(20_000, 15_000, 64L << 20, 64, 1 << 20, 16L << 20)));
        assertThat(small.stdout().text()).as(small.toString()).isEqualTo("hello\n");
        Executed smallest = run(java(HELLO).withLimits(new Limits(20_000, 15_000, 8L << 20, 64, 1 << 20, 16L << 20)));
        assertThat(smallest.status())
                .as(smallest.toString())
                .isIn(ProgramStatus.OK, ProgramStatus.MEMORY_LIMIT, ProgramStatus.NONZERO_EXIT);
    }
}
