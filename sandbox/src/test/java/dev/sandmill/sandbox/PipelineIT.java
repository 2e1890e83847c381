package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.JobFailure;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.ProgramStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What is refused before, and remembered after, a container is used.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineIT {
    private final RealSandbox.MemoryResults results = new RealSandbox.MemoryResults();
    private Sandbox sandbox;

    @BeforeAll
    void open() {
        sandbox = Sandbox.open(RealSandbox.config(2, 1), results);
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    private static ExecuteCode request(
            String source, CacheMode cache, List<ProgramInput> inputs, List<String> outputs) {
        return new ExecuteCode(
                "python",
                source,
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                inputs,
                Limits.DEFAULT,
                PolicyLevel.STANDARD,
                Isolation.AUTO,
                cache,
                outputs);
    }

    private static ExecuteCode request(String source, CacheMode cache) {
        return request(source, cache, List.of(), List.of());
    }

    private Executed run(ExecuteCode code, String tenant) {
        return RealSandbox.answered(sandbox, code, tenant);
    }

    @Test
    void aDeterministicProgramRunsOncePerTenant() {
        ExecuteCode sum = request("print(sum(range(41)))", CacheMode.AUTO);
        Executed first = run(sum, "ada");
        Executed second = run(sum, "ada");
        assertThat(first.cached()).isFalse();
        assertThat(first.deterministic()).isTrue();
        assertThat(second.cached()).isTrue();
        assertThat(second.stdout().text()).isEqualTo("820\n");
        assertThat(run(sum, "bob").cached()).isFalse();
    }

    @Test
    void bypassWritesButDoesNotReadAndOffDoesNeither() {
        assertThat(run(request("print(42)", CacheMode.OFF), "ada").cached()).isFalse();
        assertThat(run(request("print(42)", CacheMode.BYPASS), "ada").cached()).isFalse();
        assertThat(run(request("print(42)", CacheMode.BYPASS), "ada").cached()).isFalse();
        assertThat(run(request("print(42)", CacheMode.AUTO), "ada").cached()).isTrue();
        assertThat(run(request("print(43)", CacheMode.OFF), "ada").cached()).isFalse();
        assertThat(run(request("print(43)", CacheMode.AUTO), "ada").cached()).isFalse();
    }

    @Test
    void aProgramThatAsksForTheTimeIsNotRemembered() {
        ExecuteCode clock = request("import time\nprint(time.time())", CacheMode.AUTO);
        Executed first = run(clock, "ada");
        assertThat(first.deterministic()).isFalse();
        assertThat(first.nondeterminism()).contains("time");
        assertThat(run(clock, "ada").cached()).isFalse();
    }

    @Test
    void aRejectedProgramNeverTouchesAContainer() {
        long before = sandbox.stats().runs();
        Executed rejected = run(request("import subprocess\nsubprocess.run(['id'])", CacheMode.AUTO), "ada");
        assertThat(rejected.status()).isEqualTo(ProgramStatus.REJECTED);
        assertThat(rejected.violations()).isNotEmpty();
        assertThat(rejected.image()).isNull();
        assertThat(sandbox.stats().runs()).isEqualTo(before);
    }

    @Test
    void manyInputsAreManyRunsAndTheFirstThatFailsNamesTheWhole() {
        List<ProgramInput> inputs = List.of(
                new ProgramInput(Content.utf8("20"), List.of("a")),
                new ProgramInput(Content.utf8("x"), List.of()),
                new ProgramInput(Content.utf8("1"), List.of()));
        Executed all = run(
                request("import sys\nprint(int(input()) + 1, sys.argv[1:])", CacheMode.AUTO, inputs, List.of()), "ada");
        assertThat(all.status()).isEqualTo(ProgramStatus.NONZERO_EXIT);
        assertThat(all.runs())
                .isNotNull()
                .extracting(Executed::status)
                .containsExactly(ProgramStatus.OK, ProgramStatus.NONZERO_EXIT, ProgramStatus.OK);
        assertThat(all.runs())
                .isNotNull()
                .extracting(one -> one.stdout().text())
                .containsExactly("21 ['a']\n", "", "2 []\n");
    }

    @Test
    void aGlobThatLeavesTheWorkspaceIsRefused() {
        RunResult result = sandbox.run(
                request("print(1)", CacheMode.AUTO, List.of(), List.of("out/../../*")),
                new RunContext("ada", "job", OutputListener.NONE));
        assertThat(result).isInstanceOfSatisfying(RunResult.NotRun.class, notRun -> {
            assertThat(notRun.failure()).isInstanceOf(JobFailure.Invalid.class);
            assertThat(notRun.failure().message()).contains("outputs");
        });
    }

    @Test
    void filesAreRememberedWithTheirResult() {
        ExecuteCode code = request("open('a.json', 'w').write('[1]')", CacheMode.AUTO, List.of(), List.of("*.json"));
        Executed first = run(code, "ada");
        Executed second = run(code, "ada");
        assertThat(first.artifacts()).hasSize(1);
        assertThat(second.artifacts()).isEqualTo(first.artifacts());
    }

    @Test
    void identicalProgramsAtTheSameTimeRunOnce() throws Exception {
        ExecuteCode code =
                request("total = 0\nfor n in range(3_000_000):\n    total += n\nprint(total, 'once')", CacheMode.AUTO);
        long runs = sandbox.stats().runs();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Executed>> answers = IntStream.range(0, 12)
                    .mapToObj(caller -> callers.submit(() -> run(code, "together")))
                    .toList();
            for (Future<Executed> answer : answers) {
                assertThat(answer.get().stdout()).isEqualTo(Content.utf8("4499998500000 once\n"));
            }
            assertThat(answers.stream().filter(answer -> !answer.resultNow().cached()))
                    .hasSize(1);
        }
        assertThat(sandbox.stats().runs()).isEqualTo(runs + 1);
        assertThat(run(code, "apart").cached()).isFalse();
    }
}
