package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compilers are as untrusted as what they compile: a program that turns its compiler or its virtual machine into a
/// weapon ends at its own limits, and nothing of it is left.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompilerBombsIT {
    private Arena arena;

    @BeforeAll
    void open() throws IOException {
        arena = new Arena(2, "python", "c", "cpp", "java");
    }

    @AfterAll
    void close() throws IOException {
        arena.close();
    }

    static List<Attack> attacks() {
        return AttackBook.theme("compile");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void endsAtItsOwnLimits(Attack attack) throws IOException {
        Executed end = arena.run(attack.request(Isolation.AUTO), "mallory");
        System.out.printf("%s: %s, %s%n", attack.name(), end.status(), end.usage());
        assertThat(end.status()).as(String.valueOf(end.message())).isIn(attack.ends());
        if (attack.prints() != null) {
            assertThat(end.stdout().text().strip()).isEqualTo(attack.prints());
        }
        requireWellBehaved();
    }

    private void requireWellBehaved() throws IOException {
        assertThat(arena.python("print('hello')", Limits.DEFAULT, "canary")
                        .stdout()
                        .text())
                .isEqualTo("hello\n");
        arena.requireQuiet();
    }

    /// A class has at most 65,535 constants; each method here uses as many as its own size lets it.
    @Test
    void moreConstantsThanAClassMayHaveAreACompileError() throws IOException {
        StringBuilder source = new StringBuilder("public class Main {\n");
        for (int method = 0, constant = 100_000; method < 9; method++) {
            source.append("int[] m").append(method).append("() { return new int[] {");
            for (int i = 0; i < 7_300; i++) {
                source.append(constant++).append(',');
            }
            source.append("}; }\n");
        }
        Executed end = arena.run(java(file("Main.java", source + "}\n")), "mallory");
        assertThat(end.status()).isEqualTo(ProgramStatus.COMPILE_ERROR);
        assertThat(end.compile().stderr().text()).contains("too many constants");
        requireWellBehaved();
    }

    /// javac would find it on the class path.
    @Test
    void anAnnotationProcessorOfTheProgramIsNotRun(@TempDir Path folder) throws IOException {
        String processor = """
                import java.util.Set;
                import javax.annotation.processing.*;
                import javax.lang.model.element.TypeElement;
                @SupportedAnnotationTypes("*")
                public class Evil extends AbstractProcessor {
                    @Override public void init(ProcessingEnvironment environment) {
                        System.out.println("EVIL RAN");
                        try { java.nio.file.Files.writeString(java.nio.file.Path.of("evil"), "ran"); }
                        catch (java.io.IOException full) { throw new java.io.UncheckedIOException(full); }
                    }
                    @Override public boolean process(Set<? extends TypeElement> types, RoundEnvironment round) { return false; }
                }
                """;
        SourceFile main = file("Main.java", """
                public class Main {
                    public static void main(String[] args) {
                        System.out.println(new java.io.File("evil").exists());
                    }
                }
                """);
        SourceFile evil = new SourceFile("Evil.class", Content.of(compiled(folder, "Evil", processor)));
        SourceFile service = file("META-INF/services/javax.annotation.processing.Processor", "Evil\n");
        Executed end = arena.run(java(main, evil, service), "mallory");
        assertThat(end.compile().stdout().text()).isEmpty();
        assertThat(end.stdout().text()).isEqualTo("false\n");
        requireWellBehaved();
    }

    /// A class file that the images' Java reads too.
    private static byte[] compiled(Path folder, String name, String source) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-proc:none", "-d", folder.toString(), file.toString());
        assertThat(failed).isZero();
        return Files.readAllBytes(folder.resolve(name + ".class"));
    }

    private static SourceFile file(String path, String text) {
        return new SourceFile(path, Content.utf8(text));
    }

    private static ExecuteCode java(SourceFile... files) {
        return new ExecuteCode(
                "java",
                null,
                List.of(files),
                "Main.java",
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                new Limits(20_000, 15_000, 512L << 20, 64, 1L << 20, 64L << 20),
                PolicyLevel.OFF,
                Isolation.AUTO,
                CacheMode.OFF,
                List.of());
    }
}
