package dev.sandmill.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.CompileResult;
import dev.sandmill.api.Content;
import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.JobState;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.RefineIndex;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Usage;
import dev.sandmill.api.Violation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobJsonTest {
    private final JobJson json = new JobJson(Limits.DEFAULT, Limits.DEFAULT);

    @Test
    void theShortestRequestHasEveryDefault() {
        assertThat(json.readExecute(bytes("{\"language\":\"python\",\"source\":\"print(1)\"}")))
                .isEqualTo(ExecuteCode.of("python", "print(1)", Limits.DEFAULT));
    }

    @Test
    void theContractsExampleIsReadable() {
        ExecuteCode request = json.readExecute(bytes("""
                {"language":"python",
                 "source":"print(1)",
                 "files":[{"path":"lib/a.py","content":"aGk=","encoding":"base64"}], "entrypoint":"main.py",
                 "args":[], "stdin":"", "env":{},
                 "inputs":[{"stdin":"7","args":["x"]}],
                 "limits":{"wallMillis":30000,"cpuMillis":10000,"memoryBytes":268435456,"pids":64,"outputBytes":1048576,"diskBytes":67108864},
                 "policy":"standard", "isolation":"auto", "cache":"auto", "outputs":["out/*.json"]}
                """));
        assertThat(request.source()).isNull();
        assertThat(request.files())
                .containsExactly(
                        new SourceFile("main.py", Content.utf8("print(1)")),
                        new SourceFile("lib/a.py", Content.utf8("hi")));
        assertThat(request.entrypoint()).isEqualTo("main.py");
        assertThat(request.inputs()).hasSize(1);
        assertThat(request.outputs()).containsExactly("out/*.json");
    }

    @Test
    void limitsThatAreNotNamedAreTheDefaults() {
        ExecuteCode request =
                json.readExecute(bytes("{\"language\":\"python\",\"source\":\"\",\"limits\":{\"pids\":3}}"));
        assertThat(request.limits()).isEqualTo(new Limits(30_000, 10_000, 256L << 20, 3, 1L << 20, 64L << 20));
    }

    @Test
    void aDefaultAboveItsCeilingStopsTheStart() {
        assertThatThrownBy(() -> new JobJson(Limits.DEFAULT, new Limits(1, 1, 1, 1, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wallMillis");
    }

    @Test
    void anIndexRequestIsReadInBothPlaces() {
        IndexRepository expected = new IndexRepository("web", "0123456789abcdef0123456789abcdef01234567", true);
        String inner = "{\"repository\":\"web\",\"commit\":\"0123456789abcdef0123456789abcdef01234567\",\"full\":true}";
        assertThat(json.readIndex(bytes(inner))).isEqualTo(expected);
        assertThat(json.readJobBody("{\"kind\":\"index\",\"index\":" + inner + "}"))
                .isEqualTo(expected);
    }

    @Test
    void aBadEntryOfABatchDoesNotSpoilItsNeighbours() {
        List<BatchEntry> entries = json.readBatch(bytes("""
                {"jobs":[{"kind":"index","index":{"repository":"a"}},
                         {"kind":"index","index":{"repository":7}},
                         {"kind":"index","index":{"repository":"b"}}]}
                """));
        assertThat(entries).hasSize(3);
        assertThat(entries.get(0)).isEqualTo(new BatchEntry.Readable(new IndexRepository("a", null, false)));
        assertThat(((BatchEntry.Unreadable) entries.get(1)).reason().field()).isEqualTo("jobs[1].index.repository");
        assertThat(entries.get(2)).isInstanceOf(BatchEntry.Readable.class);
    }

    @Test
    void anOutcomeHasEveryFieldOfTheContractInItsOrder() {
        Executed executed = new Executed(
                ProgramStatus.OK,
                0,
                null,
                Content.utf8("1\n"),
                false,
                Content.of(new byte[] {(byte) 0xff}),
                true,
                new Usage(3, 2, 9_000_000, 1),
                false,
                true,
                List.of(),
                List.of(),
                List.of(
                        new Artifact("out/a.json", 12, "ab", Content.utf8("{}"), null),
                        new Artifact("out/b", 99, null, null, "is a symbolic link")),
                null,
                null,
                "recycled",
                "sha256:1",
                null);
        assertThat(json.writeOutcome(executed)).isEqualTo("""
                {"status":"ok","exitCode":0,"signal":null,"stdout":"1\\n","stdoutEncoding":"utf8","stdoutTruncated":false,\
                "stderr":"/w==","stderrEncoding":"base64","stderrTruncated":true,\
                "usage":{"wallMillis":3,"cpuMillis":2,"peakMemoryBytes":9000000,"peakPids":1},\
                "cached":false,"deterministic":true,"nondeterminism":[],"violations":[],\
                "artifacts":[{"path":"out/a.json","sizeBytes":12,"sha256":"ab","content":"{}","encoding":"utf8"},\
                {"path":"out/b","sizeBytes":99,"sha256":null,"error":"is a symbolic link"}],\
                "compile":null,"runs":null,"isolation":"recycled","image":"sha256:1","message":null}""");
        assertThat(json.readOutcome(JobKind.EXECUTE, json.writeOutcome(executed)))
                .isEqualTo(executed);
    }

    @Test
    void aRejectionAndANestedRunSurviveTheJourney() {
        Executed rejected = Executed.rejected(List.of(new Violation("python/eval", "main.py", 3, 7, "no eval")));
        Executed outer = new Executed(
                ProgramStatus.NONZERO_EXIT,
                2,
                "SIGSEGV",
                Content.EMPTY,
                false,
                Content.EMPTY,
                false,
                Usage.NONE,
                true,
                false,
                List.of("reads the clock"),
                List.of(),
                List.of(),
                new CompileResult(ProgramStatus.OK, 0, Content.EMPTY, Content.utf8("warning"), false, Usage.NONE),
                List.of(rejected, rejected),
                null,
                null,
                "why");
        assertThat(json.readOutcome(JobKind.EXECUTE, json.writeOutcome(outer))).isEqualTo(outer);
    }

    @Test
    void anIndexOutcomeSurvivesTheJourney() {
        Indexed indexed = new Indexed(
                IndexStatus.PARTIAL,
                "web",
                "abc",
                new Indexed.Files(9, 3, 1, 1),
                new Indexed.Chunks(5, 2, 3, 1),
                77,
                List.of(new Indexed.Failure("a.py", "too long")),
                null);
        String written = json.writeOutcome(indexed);
        assertThat(written)
                .startsWith("{\"status\":\"partial\",\"repository\":\"web\",\"commit\":\"abc\","
                        + "\"files\":{\"seen\":9,\"changed\":3,\"skipped\":1,\"failed\":1}");
        assertThat(json.readOutcome(JobKind.INDEX, written)).isEqualTo(indexed);
    }

    @Test
    void aJobIsReadInBothShapes() {
        Instant at = Instant.parse("2026-01-31T10:00:00.123Z");
        Job job = new Job(
                new JobId("j1"),
                JobKind.INDEX,
                JobState.DONE,
                1,
                at,
                at,
                at,
                Indexed.withoutRun(IndexStatus.FAILED, "web", "gone"));
        assertThat(json.readJob(json.writeJob(job))).isEqualTo(job);
        Job queued = new Job(new JobId("j1"), JobKind.EXECUTE, JobState.QUEUED, 0, at, null, null, null);
        assertThat(json.writeAccepted(queued))
                .isEqualTo("{\"id\":\"j1\",\"kind\":\"execute\",\"state\":\"queued\","
                        + "\"createdAt\":\"2026-01-31T10:00:00.123Z\"}");
        assertThat(json.readJob(json.writeAccepted(queued))).isEqualTo(queued);
        assertThat(json.writeJob(queued)).contains("\"startedAt\":null,\"finishedAt\":null,\"outcome\":null");
    }

    @Test
    void whatANewerServerAddsIsLeftAlone() {
        String withMore = json.writeOutcome(Executed.withoutRun(ProgramStatus.FAILED, "x"))
                .replaceFirst("\\{", "{\"new\":1,");
        assertThat(json.readOutcome(JobKind.EXECUTE, withMore))
                .isEqualTo(Executed.withoutRun(ProgramStatus.FAILED, "x"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatTheServiceSubmitsItselfSurvivesTheJourneyAndNobodyElseMaySubmitIt() {
        for (JobRequest own : List.of(
                new EmbedFiles(
                        "web",
                        "0123456789abcdef",
                        List.of(new EmbedFiles.File("a.py", "a".repeat(40))),
                        List.of("0123456789abcdef")),
                new RefineIndex("web"))) {
            String written = json.writeRequest(own);

            assertThat(json.readStored(written)).isEqualTo(own);
            assertThatThrownBy(() -> json.readJobBody(written))
                    .isInstanceOf(InvalidJson.class)
                    .hasMessageContaining("kind");
        }
    }
}
