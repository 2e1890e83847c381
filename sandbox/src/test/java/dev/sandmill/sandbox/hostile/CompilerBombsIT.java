package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
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
        assertThat(arena.python("print('hello')", Limits.DEFAULT, "canary")
                        .stdout()
                        .text())
                .isEqualTo("hello\n");
        arena.requireQuiet();
    }
}
