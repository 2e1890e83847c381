package dev.sandmill.orchestrator.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.CacheMode;
import dev.sandmill.api.CompileResult;
import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobOutcome;
import dev.sandmill.api.JobState;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.Usage;
import dev.sandmill.api.Violation;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.RequestBounds;
import dev.sandmill.api.json.SearchJson;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.repository.RepositoryState;
import dev.sandmill.orchestrator.security.Role;
import dev.sandmill.orchestrator.webhook.Provider;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiSchemaTest {
    private final OpenApiDocument document = new OpenApiDocument();
    private final ServiceConfig config = ServiceConfig.from(Map.of());
    private final JobJson json = new JobJson(config.defaultLimits(), config.limitCeiling());
    private final SearchJson searches = new SearchJson();
    private final JsonMapper mapper = JsonMapper.shared();

    @Test
    void describesEveryFieldThatAnExecuteOutcomeHasAndNoOther() {
        JsonNode written = mapper.readTree(json.writeOutcome(executed()));
        requireShape("Executed", written);
        requireShape("Usage", written.path("usage"));
        requireShape("CompileResult", written.path("compile"));
        requireShape("Violation", written.path("violations").path(0));
        Set<String> artifact = new TreeSet<>();
        written.path("artifacts").forEach(each -> artifact.addAll(OpenApiDocument.names(each)));
        assertThat(OpenApiDocument.names(document.schema("Artifact").path("properties")))
                .isEqualTo(artifact);
    }

    @Test
    void describesEveryFieldThatAnIndexOutcomeHasAndNoOther() {
        Indexed indexed = new Indexed(
                IndexStatus.PARTIAL,
                "demo",
                null,
                Indexed.Files.NONE,
                Indexed.Chunks.NONE,
                1,
                List.of(new Indexed.Failure("a.py", "too large")),
                null);
        JsonNode written = mapper.readTree(json.writeOutcome(indexed));
        requireShape("Indexed", written);
        JsonNode schema = document.schema("Indexed").path("properties");
        requireShape(schema.path("files"), written.path("files"));
        requireShape(schema.path("chunks"), written.path("chunks"));
        requireShape(schema.at("/failures/items"), written.path("failures").path(0));
    }

    @Test
    void describesEveryFieldThatAJobHasAndNoOther() {
        Job job = new Job(new JobId("j1"), JobKind.EXECUTE, JobState.DONE, 1, Instant.EPOCH, null, null, executed());
        requireShape("Job", mapper.readTree(json.writeJob(job)));
        requireShape("AcceptedJob", mapper.readTree(json.writeAccepted(job)));
        requireShape("JobPage", mapper.readTree(json.writeJobs(List.of(job), null)));
    }

    @Test
    void describesEveryFieldThatARequestMayHaveAndNoOther() {
        JsonNode written = mapper.readTree(json.writeRequest(json.readJobBody("""
                {"kind":"execute","execute":{"language":"python","files":[{"path":"a.py","content":""}],
                "inputs":[{"stdin":"a"}]}}""")));
        JsonNode execute = written.path("execute");
        Set<String> fields = OpenApiDocument.names(execute);
        fields.add("source");
        assertThat(OpenApiDocument.names(document.schema("ExecuteCode").path("properties")))
                .isEqualTo(fields);
        requireProperties("SourceFile", execute.path("files").path(0));
        requireProperties("ProgramInput", execute.path("inputs").path(0));
        requireProperties("Limits", execute.path("limits"));
        requireProperties(
                "IndexRepository",
                mapper.readTree(json.writeRequest(
                                json.readJobBody("{\"kind\":\"index\",\"index\":{\"repository\":\"demo\"}}")))
                        .path("index"));
    }

    @Test
    void boundsListsOfARequestAsTheyAreBoundWhenItIsRead() {
        JsonNode execute = document.schema("ExecuteCode").path("properties");
        RequestBounds bounds = RequestBounds.DEFAULT;
        assertThat(execute.at("/inputs/maxItems").intValue()).isEqualTo(bounds.inputs());
        assertThat(execute.at("/files/maxItems").intValue()).isEqualTo(bounds.files());
        assertThat(execute.at("/outputs/maxItems").intValue()).isEqualTo(bounds.outputs());
    }

    @Test
    void describesEveryFieldOfRepositoriesAndSearchesAndNoOther() {
        RegisteredRepository repository =
                new RegisteredRepository("demo", "/srv/demo", null, null, "new", 0, 0, 0, null, "j1");
        JsonNode written = mapper.readTree(searches.writeRepository(repository));
        assertThat(OpenApiDocument.names(document.schema("Repository").path("properties")))
                .isEqualTo(OpenApiDocument.names(written));
        requireProperties(
                "RepositoryRegistration", mapper.readTree(searches.writeRegistration("demo", "/srv/demo", "main")));
        requireProperties("IndexRun", mapper.readTree(searches.writeRun("0123456789abcdef", false)));
        requireProperties(
                "SearchQuery", mapper.readTree(searches.writeQuery(searches.readQuery(bytes(example("search"))))));
        JsonNode answer = document.root().at("/components/examples/SearchAnswer/value");
        assertThat(mapper.readTree(searches.writeAnswer(searches.readAnswer(answer.toString()))))
                .isEqualTo(answer);
        requireShape("SearchAnswer", answer);
        requireShape("SearchHit", answer.path("hits").path(0));
    }

    @Test
    void namesEveryConstantAndNoOther() {
        requireConstants(document.schema("ProgramStatus"), ProgramStatus.values());
        requireConstants(document.schema("JobState"), JobState.values());
        assertThat(OpenApiDocument.texts(document.schema("JobKind").path("enum")))
                .isEqualTo(new TreeSet<>(
                        Arrays.stream(JobKind.values()).map(JobKind::wireName).toList()));
        requireConstants(document.schema("Role"), Role.values());
        requireConstants(document.schema("Provider"), Provider.values());
        requireConstants(document.schema("Repository").at("/properties/state"), RepositoryState.values());
        JsonNode execute = document.schema("ExecuteCode").path("properties");
        requireConstants(execute.path("policy"), PolicyLevel.values());
        requireConstants(execute.path("isolation"), Isolation.values());
        requireConstants(execute.path("cache"), CacheMode.values());
        requireConstants(document.schema("Indexed").at("/properties/status"), IndexStatus.values());
    }

    @Test
    void statesTheLimitsOfAServerWithDefaultConfiguration() {
        JsonNode described = document.schema("Limits").path("properties");
        assertThat(limitsOf(described, "default")).isEqualTo(config.defaultLimits());
        assertThat(limitsOf(described, "maximum")).isEqualTo(config.limitCeiling());
    }

    @Test
    void everyExampleOfARequestIsReadByTheService() {
        for (JsonNode example : examples("/paths/~1v1~1jobs/post")) {
            json.readJobBody(bytes(example));
        }
        for (JsonNode example : examples("/paths/~1v1~1execute/post")) {
            json.readExecute(bytes(example));
        }
        assertThat(json.readBatch(bytes(example("submitJobs")))).hasSize(1);
        assertThat(searches.readQuery(bytes(example("search"))).limit()).isEqualTo(5);
    }

    @Test
    void theExamplesOfAnswersAreWhatTheServiceWrites() {
        JsonNode executed = document.root().at("/components/examples/Executed/value");
        JobOutcome read = json.readOutcome(JobKind.EXECUTE, executed.toString());
        assertThat(mapper.readTree(json.writeOutcome(read))).isEqualTo(executed);
        JsonNode job = document.root().at("/components/examples/FinishedJob/value");
        assertThat(mapper.readTree(json.writeJob(json.readJob(job.toString())))).isEqualTo(job);
    }

    private JsonNode example(String operationId) {
        return document.operations().stream()
                .filter(operation ->
                        operation.node().path("operationId").asString().equals(operationId))
                .findFirst()
                .orElseThrow()
                .node()
                .at("/requestBody/content/application~1json/example");
    }

    private List<JsonNode> examples(String operation) {
        List<JsonNode> examples = document.root()
                .at(operation + "/requestBody/content/application~1json/examples")
                .valueStream()
                .map(example -> example.path("value"))
                .toList();
        assertThat(examples).isNotEmpty();
        return examples;
    }

    private void requireShape(String schema, JsonNode written) {
        requireShape(document.schema(schema), written);
    }

    private static void requireShape(JsonNode schema, JsonNode written) {
        assertThat(OpenApiDocument.names(schema.path("properties"))).isEqualTo(OpenApiDocument.names(written));
        assertThat(OpenApiDocument.texts(schema.path("required"))).isEqualTo(OpenApiDocument.names(written));
    }

    private void requireProperties(String schema, JsonNode written) {
        assertThat(OpenApiDocument.names(document.schema(schema).path("properties")))
                .isEqualTo(OpenApiDocument.names(written));
    }

    private static void requireConstants(JsonNode schema, Enum<?>[] constants) {
        assertThat(OpenApiDocument.texts(schema.path("enum")))
                .isEqualTo(new TreeSet<>(Arrays.stream(constants)
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList()));
    }

    private static Limits limitsOf(JsonNode described, String bound) {
        return new Limits(
                described.path("wallMillis").path(bound).longValue(),
                described.path("cpuMillis").path(bound).longValue(),
                described.path("memoryBytes").path(bound).longValue(),
                described.path("pids").path(bound).intValue(),
                described.path("outputBytes").path(bound).longValue(),
                described.path("diskBytes").path(bound).longValue());
    }

    private static Executed executed() {
        return new Executed(
                ProgramStatus.OK,
                0,
                null,
                Content.EMPTY,
                false,
                Content.EMPTY,
                false,
                Usage.NONE,
                false,
                false,
                List.of(),
                List.of(new Violation("python/process-creation", "main.py", 1, 1, "starts a process")),
                List.of(
                        new Artifact("a", 1, "00", Content.utf8("a"), null),
                        new Artifact("b", 1, null, null, "is not a regular file")),
                new CompileResult(ProgramStatus.OK, 0, Content.EMPTY, Content.EMPTY, false, Usage.NONE),
                null,
                null,
                null,
                null);
    }

    private static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
