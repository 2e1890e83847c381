package dev.sandmill.sandbox.languages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CompileResult;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.Language;
import dev.sandmill.sandbox.OutputListener;
import dev.sandmill.sandbox.RunContext;
import dev.sandmill.sandbox.RunResult;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxConfig;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.cache.ResultKey;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every language promises, with its own image and the default limits.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanguagesIT {
    private static final int TIMED_HELLOS = 5;
    /// Long enough for a busy machine to give the loop its processor time.
    private static final long LOOP_WALL_MILLIS = 120_000;
    private static final List<String> VERBATIM =
            List.of("a b", "$(id)", "two\nlines", "-x", "--help", "*", "'\"\\", "ü");

    private final Map<String, LanguagePrograms> programs = LanguagePrograms.load();
    private final Map<String, String> latencies = new ConcurrentSkipListMap<>();
    private final Map<String, Long> spentNanos = new ConcurrentSkipListMap<>();
    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(
                new SandboxConfig(
                        "test-" + UUID.randomUUID(),
                        URI.create(environment("DOCKER_HOST", "unix:///var/run/docker.sock")),
                        path("SANDMILL_TEST_IMAGES", "../docker/images"),
                        environment("SANDMILL_IMAGE_TAG", "current"),
                        path("SANDMILL_TEST_SECCOMP", "../docker/seccomp/sandmill.json"),
                        2,
                        0,
                        Optional.ofNullable(System.getenv("SANDMILL_TEST_RUNTIME"))),
                new Forgetful());
    }

    @AfterAll
    void close() {
        sandbox.close();
        latencies.forEach((language, latency) -> System.out.printf(
                "%-10s hello %s, all its tests %.1f s%n", language, latency, spentNanos.get(language) / 1e9));
    }

    /// All, or for work on some of them those in the property `sandmill.languages`, with commas between them.
    Set<String> languages() {
        String some = System.getProperty("sandmill.languages");
        return some == null ? programs.keySet() : Set.of(some.split(","));
    }

    @Test
    void everyInstalledLanguageIsTestedAndHasAVersion() {
        assertThat(sandbox.languages()).extracting(Language::language).containsExactlyElementsOf(programs.keySet());
        assertThat(sandbox.languages())
                .allSatisfy(language ->
                        assertThat(language.version()).as(language.language()).matches("\\d+\\.\\d+.*"));
    }

    @ParameterizedTest
    @MethodSource("languages")
    void helloPrintsOnlyHelloAlsoInAUsedContainer(String language) {
        long[] micros = new long[TIMED_HELLOS];
        for (int i = -1; i < TIMED_HELLOS; i++) {
            long start = System.nanoTime();
            Executed hello = run(language, programs.get(language).hello());
            if (i >= 0) {
                micros[i] = (System.nanoTime() - start) / 1000;
            }
            assertThat(hello.stderr().text()).isEmpty();
            assertThat(hello.stdout().text()).isEqualTo("hello\n");
            assertThat(hello.status()).isEqualTo(ProgramStatus.OK);
        }
        Arrays.sort(micros);
        latencies.put(language, "p50 %.1f ms".formatted(micros[TIMED_HELLOS / 2] / 1000.0));
    }

    @ParameterizedTest
    @MethodSource("languages")
    void standardInputArrives(String language) {
        String text = "first line\nzweite Zeile äöü\n";
        Executed echo = run(language, programs.get(language).echo(), List.of(), text, Map.of(), Limits.DEFAULT);

        assertThat(echo.stderr().text()).isEmpty();
        assertThat(echo.stdout().text().stripTrailing()).isEqualTo(text.stripTrailing());
    }

    @ParameterizedTest
    @MethodSource("languages")
    void argumentsArriveVerbatim(String language) {
        Executed args = run(language, programs.get(language).args(), VERBATIM, "", Map.of(), Limits.DEFAULT);

        assertThat(args.stderr().text()).isEmpty();
        assertThat(args.stdout().text())
                .isEqualTo(String.join(
                        "", VERBATIM.stream().map(arg -> "[" + arg + "]").toList()));
    }

    @ParameterizedTest
    @MethodSource("languages")
    void variablesArrive(String language) {
        Map<String, String> variables = Map.of("GREETING", "hello $HOME");
        Executed env = run(language, programs.get(language).env(), List.of(), "", variables, Limits.DEFAULT);

        assertThat(env.stdout().text()).as(env.stderr().text()).isEqualTo("hello $HOME\n");
    }

    @ParameterizedTest
    @MethodSource("languages")
    void theExitCodeIsTheProgramsOwn(String language) {
        Executed exit = run(language, programs.get(language).exit());

        assertThat(exit.status()).as(exit.stderr().text()).isEqualTo(ProgramStatus.NONZERO_EXIT);
        assertThat(exit.exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("languages")
    void anErrorAtRunTimeIsToldOnStandardError(String language) {
        LanguagePrograms own = programs.get(language);
        Executed failure = run(language, own.failure());

        assertThat(failure.status()).as(failure.stderr().text()).isEqualTo(own.failureStatus());
        assertThat(failure.stderr().text()).containsAnyOf("boom", "missing");
    }

    @ParameterizedTest
    @MethodSource("languages")
    void whatIsNoProgramIsTold(String language) {
        LanguagePrograms own = programs.get(language);
        Executed broken = run(language, own.broken());

        assertThat(broken.status()).as(broken.stderr().text()).isEqualTo(own.brokenStatus());
        assertThat(told(broken)).isNotBlank();
    }

    private static String told(Executed broken) {
        CompileResult compile = broken.compile();
        return compile == null
                ? broken.stderr().text()
                : compile.stderr().text() + compile.stdout().text();
    }

    @ParameterizedTest
    @MethodSource("languages")
    void aLoopWithoutEndEndsAtTheProcessorLimit(String language) {
        LanguagePrograms own = programs.get(language);
        Limits limits = Limits.DEFAULT;
        Executed endless = run(
                language,
                own.endless(),
                List.of(),
                "",
                Map.of(),
                new Limits(
                        LOOP_WALL_MILLIS,
                        own.loopMillis(),
                        limits.memoryBytes(),
                        limits.pids(),
                        limits.outputBytes(),
                        limits.diskBytes()));

        assertThat(endless.status())
                .as(endless.stderr().text() + endless.usage())
                .isEqualTo(ProgramStatus.CPU_LIMIT);
        assertCompiled(endless);
    }

    @ParameterizedTest
    @MethodSource("languages")
    void memoryWithoutEndIsNotToBeHad(String language) {
        LanguagePrograms own = programs.get(language);
        Executed bomb = run(language, own.bomb());

        assertThat(bomb.status()).as(bomb.stderr().text() + bomb.usage()).isEqualTo(own.bombStatus());
        assertCompiled(bomb);
    }

    @ParameterizedTest
    @MethodSource("languages")
    void aProgramMayHaveSeveralFiles(String language) {
        LanguagePrograms own = programs.get(language);
        Executed both = run(
                LanguagePrograms.request(language, null, own.files(), List.of(), "", Map.of(), Limits.DEFAULT),
                language);

        assertThat(both.stdout().text()).as(told(both) + both.stderr().text()).isEqualTo("hello from another file\n");
    }

    /// That it was the program, not its compiler, that hit the limit.
    private static void assertCompiled(Executed executed) {
        CompileResult compile = executed.compile();
        if (compile != null) {
            assertThat(compile.status()).as(compile.stderr().text()).isEqualTo(ProgramStatus.OK);
        }
    }

    private Executed run(String language, String source) {
        return run(language, source, List.of(), "", Map.of(), Limits.DEFAULT);
    }

    private Executed run(
            String language, String source, List<String> args, String stdin, Map<String, String> env, Limits limits) {
        return run(LanguagePrograms.request(language, source, Map.of(), args, stdin, env, limits), language);
    }

    private Executed run(ExecuteCode code, String language) {
        long start = System.nanoTime();
        RunResult result = sandbox.run(code, new RunContext("ada", "job", OutputListener.NONE));
        spentNanos.merge(language, System.nanoTime() - start, Long::sum);
        if (result instanceof RunResult.Answered(Executed executed)) {
            return executed;
        }
        throw new AssertionError("not answered: " + result);
    }

    private static Path path(String variable, String otherwise) {
        return Path.of(environment(variable, otherwise)).toAbsolutePath().normalize();
    }

    private static String environment(String variable, String otherwise) {
        String value = System.getenv(variable);
        return value == null ? otherwise : value;
    }

    /// Every program really runs.
    private static final class Forgetful implements ResultCache {
        @Override
        public Optional<Executed> get(ResultKey key) {
            return Optional.empty();
        }

        @Override
        public void put(ResultKey key, Executed executed) {}

        @Override
        public void remove(ResultKey key) {}
    }
}
