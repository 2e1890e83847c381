package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every program of the book ends as it has to, in a container that may be reused and in a fresh one, while an
/// ordinary program beside it and the next one after it get right answers, and nothing is left of it anywhere.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileBookIT {
    private static final String PROBE = """
            import os
            print(os.listdir('/workspace'), os.listdir('.'), os.listdir('/tmp'), os.listdir('/dev/shm'), os.listdir('/dev/mqueue'))
            print(sum(1 for p in os.listdir('/proc') if p.isdigit() and os.stat('/proc/' + p).st_uid != 0))
            print(len(os.environ), os.getcwd(), os.umask(0), os.nice(0), open('/proc/self/oom_score_adj').read().strip())
            """;
    private static final String CLEAN = "['run'] ['main.py'] [] [] []\n1\n7 /workspace/run 18 0 1000\n";

    private final ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor();
    private Arena arena;
    private Baseline before;

    @BeforeAll
    void open() throws IOException {
        arena = new Arena(3, "python", "javascript", "bash");
        arena.python(PROBE, Limits.DEFAULT, "mallory");
        before = Baseline.now();
    }

    @AfterAll
    void close() throws IOException {
        beside.close();
        arena.requireQuiet();
        before.requireNotMore();
        arena.close();
    }

    static Stream<Arguments> attacks() {
        return Stream.of("processes", "memory", "output", "files", "network", "kernel", "tricks", "shell")
                .flatMap(theme -> AttackBook.theme(theme).stream())
                .flatMap(attack -> Stream.of(Isolation.values()).map(isolation -> Arguments.of(attack, isolation)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("attacks")
    void endsAsItHasToAndLeavesNothing(Attack attack, Isolation isolation) throws Exception {
        CompletableFuture<Executed> canary =
                CompletableFuture.supplyAsync(() -> arena.python("print('hello')", Limits.DEFAULT, "canary"), beside);
        Executed end = arena.run(attack.request(isolation), "mallory");

        assertThat(end.status()).as(end.stderr().text() + end.message()).isIn(attack.ends());
        if (attack.prints() != null) {
            assertThat(end.stdout().text().strip()).isEqualTo(attack.prints());
        }
        if (isolation == Isolation.FRESH) {
            assertThat(end.isolation()).isEqualTo("fresh");
        }
        assertThat(canary.join().stdout().text()).isEqualTo("hello\n");

        Executed next = arena.python(PROBE, attack.limits(), "mallory");
        assertThat(next.stderr().text()).isEmpty();
        assertThat(next.stdout().text()).isEqualTo(CLEAN);
        arena.requireQuiet();
        assertThat(arena.takeRemembered()).allSatisfy(remembered -> {
            assertThat(remembered.deterministic()).isTrue();
            assertThat(remembered.status()).isIn(ProgramStatus.OK, ProgramStatus.NONZERO_EXIT);
        });
        System.out.printf(
                "%s %s: %s, %d ms%n",
                attack.name(), isolation, end.status(), end.usage().wallMillis());
    }
}
