package dev.sandmill.api.json;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobOutcome;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.JobState;
import dev.sandmill.api.Limits;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/// Jobs as JSON, in both directions. Thread-safe. Whatever is wrong with a text is an [InvalidJson]; the size of a body
/// is the caller's to cap before.
public final class JobJson {
    private final JsonSource source = new JsonSource();
    private final RequestBounds bounds;
    private final ExecuteReader execute;
    private final IndexReader index = new IndexReader();

    /// @param defaults limits of a request that names none
    /// @param ceiling the highest limits a request may name
    public JobJson(Limits defaults, Limits ceiling) {
        this(defaults, ceiling, RequestBounds.DEFAULT);
    }

    public JobJson(Limits defaults, Limits ceiling, RequestBounds bounds) {
        this.bounds = bounds;
        this.execute = new ExecuteReader(bounds, defaults, ceiling);
    }

    /// Reads `{"kind":"execute","execute":{…}}` or `{"kind":"index","index":{…}}`.
    public JobRequest readJobBody(byte[] json) {
        return request(new Fields(source.object(json), ""));
    }

    /// Reads what [#writeRequest] wrote, of any kind: also of those that only the service itself submits.
    public JobRequest readStored(String json) {
        Fields fields = new Fields(source.object(json), "");
        JobKind kind = kind(fields);
        fields.only("kind", kind.wireName());
        return switch (kind) {
            case EXECUTE -> execute.read(fields.object("execute"));
            case INDEX -> index.read(fields.object("index"));
            case INDEX_BATCH -> index.readBatch(fields.object(kind.wireName()));
            case INDEX_EXACT -> index.readRefinement(fields.object(kind.wireName()));
        };
    }

    public JobRequest readJobBody(String json) {
        return request(new Fields(source.object(json), ""));
    }

    /// Reads `{"jobs":[…]}`, each entry a body as [#readJobBody(byte\[\])] takes it.
    public List<BatchEntry> readBatch(byte[] json) {
        Fields fields = new Fields(source.object(json), "").only("jobs");
        if (!fields.has("jobs")) {
            throw fields.invalid("jobs", "is missing");
        }
        return fields.list("jobs", bounds.batchJobs(), this::entry);
    }

    /// Reads the body of `POST /v1/execute`: what stands under `execute` in a job.
    public ExecuteCode readExecute(byte[] json) {
        return execute.read(new Fields(source.object(json), ""));
    }

    /// Reads what stands under `index` in a job.
    public IndexRepository readIndex(byte[] json) {
        return index.read(new Fields(source.object(json), ""));
    }

    /// Holds a request that was put together otherwise against the same rules.
    public IndexRepository checkIndex(IndexRepository request) {
        ObjectNode node = source.newObject();
        RequestWriter.writeIndex(request, node);
        return index.read(new Fields(node, ""));
    }

    /// The whole body as [#readJobBody(String)] takes it; equal requests are equal texts.
    public String writeRequest(JobRequest request) {
        ObjectNode body = source.newObject();
        RequestWriter.write(request, body);
        return source.write(body);
    }

    /// The body of `POST /v1/execute`.
    public String writeExecute(ExecuteCode request) {
        ObjectNode body = source.newObject();
        RequestWriter.writeExecute(request, body);
        return source.write(body);
    }

    public String writeOutcome(JobOutcome outcome) {
        ObjectNode node = source.newObject();
        OutcomeWriter.write(outcome, node);
        return source.write(node);
    }

    public JobOutcome readOutcome(JobKind kind, String json) {
        return OutcomeReader.read(kind, new Fields(source.object(json), ""));
    }

    /// The job with its outcome.
    public String writeJob(Job job) {
        ObjectNode node = source.newObject();
        job(node, job);
        return source.write(node);
    }

    /// The same with an outcome that was written before, as it is.
    public String writeJob(Job job, @Nullable String outcomeJson) {
        ObjectNode node = source.newObject();
        job(node, job);
        if (outcomeJson != null) {
            node.putRawValue("outcome", new RawValue(outcomeJson));
        }
        return source.write(node);
    }

    /// What a caller learns who does not wait: `id`, `kind`, `state`, `createdAt`.
    public String writeAccepted(Job job) {
        ObjectNode node = source.newObject();
        accepted(node, job);
        return source.write(node);
    }

    /// A page of jobs; `next` is where the following one starts, null at the end.
    public String writeJobs(List<Job> jobs, @Nullable String next) {
        ObjectNode page = source.newObject();
        ArrayNode array = page.putArray("jobs");
        jobs.forEach(each -> job(array.addObject(), each));
        page.put("next", next);
        return source.write(page);
    }

    /// Reads both shapes, [#writeJob] and [#writeAccepted].
    public Job readJob(String json) {
        Fields fields = new Fields(source.object(json), "");
        JobKind kind = kind(fields);
        Fields outcome = fields.nullableObject("outcome");
        Instant startedAt = fields.nullableInstant("startedAt");
        return new Job(
                id(fields),
                kind,
                fields.oneOf("state", JobState.class),
                (int) fields.integer("attempt", 0),
                fields.instant("createdAt"),
                startedAt,
                fields.nullableInstant("finishedAt"),
                outcome == null ? null : OutcomeReader.read(kind, outcome));
    }

    private JobRequest request(Fields fields) {
        if (!fields.has("kind")) {
            fields.only("kind", "execute", "index");
        }
        return switch (kind(fields)) {
            case EXECUTE -> execute.read(fields.only("kind", "execute").object("execute"));
            case INDEX -> index.read(fields.only("kind", "index").object("index"));
            case INDEX_BATCH, INDEX_EXACT -> throw fields.invalid("kind", "has to be one of execute, index");
        };
    }

    private static JobKind kind(Fields fields) {
        String text = fields.string("kind");
        return JobKind.named(text)
                .orElseThrow(() -> fields.invalid(
                        "kind", "has to be one of execute, index, not \"" + Fields.shortened(text) + "\""));
    }

    private BatchEntry entry(JsonNode node, String name) {
        try {
            return new BatchEntry.Readable(request(Fields.object(node, name)));
        } catch (InvalidJson reason) {
            return new BatchEntry.Unreadable(reason);
        }
    }

    private static void accepted(ObjectNode node, Job job) {
        node.put("id", job.id().value());
        node.put("kind", job.kind().wireName());
        node.put("state", RequestWriter.wireName(job.state()));
        node.put("createdAt", job.createdAt().toString());
    }

    private static void job(ObjectNode node, Job job) {
        node.put("id", job.id().value());
        node.put("kind", job.kind().wireName());
        node.put("state", RequestWriter.wireName(job.state()));
        node.put("attempt", job.attempt());
        node.put("createdAt", job.createdAt().toString());
        node.put("startedAt", text(job.startedAt()));
        node.put("finishedAt", text(job.finishedAt()));
        if (job.outcome() == null) {
            node.putNull("outcome");
        } else {
            OutcomeWriter.write(job.outcome(), node.putObject("outcome"));
        }
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static JobId id(Fields fields) {
        String id = fields.string("id");
        try {
            return new JobId(id);
        } catch (IllegalArgumentException notAnId) {
            throw fields.invalid("id", "is no job's: " + notAnId.getMessage());
        }
    }
}
