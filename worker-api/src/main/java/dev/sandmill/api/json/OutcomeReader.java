package dev.sandmill.api.json;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.CompileResult;
import dev.sandmill.api.Content;
import dev.sandmill.api.Encoding;
import dev.sandmill.api.Executed;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobOutcome;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.Usage;
import dev.sandmill.api.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads outcomes as [OutcomeWriter] writes them; fields it does not know are left alone.
final class OutcomeReader {
    private OutcomeReader() {}

    static JobOutcome read(JobKind kind, Fields fields) {
        return switch (kind) {
            case EXECUTE -> executed(fields);
            case INDEX, INDEX_BATCH, INDEX_EXACT -> indexed(fields);
        };
    }

    static Executed executed(Fields fields) {
        return new Executed(
                fields.oneOf("status", ProgramStatus.class),
                fields.nullableInteger("exitCode"),
                fields.nullableString("signal"),
                content(fields, "stdout", "stdoutEncoding"),
                fields.bool("stdoutTruncated"),
                content(fields, "stderr", "stderrEncoding"),
                fields.bool("stderrTruncated"),
                usage(fields.object("usage")),
                fields.bool("cached"),
                fields.bool("deterministic"),
                fields.strings("nondeterminism", Integer.MAX_VALUE),
                fields.list("violations", Integer.MAX_VALUE, OutcomeReader::violation),
                fields.list("artifacts", Integer.MAX_VALUE, OutcomeReader::artifact),
                compile(fields.nullableObject("compile")),
                runs(fields),
                fields.nullableString("isolation"),
                fields.nullableString("image"),
                fields.nullableString("message"));
    }

    private static Indexed indexed(Fields fields) {
        Fields files = fields.object("files");
        Fields chunks = fields.object("chunks");
        return new Indexed(
                fields.oneOf("status", IndexStatus.class),
                fields.string("repository"),
                fields.nullableString("commit"),
                new Indexed.Files(
                        files.integer("seen"),
                        files.integer("changed"),
                        files.integer("skipped"),
                        files.integer("failed")),
                new Indexed.Chunks(
                        chunks.integer("total"),
                        chunks.integer("embedded"),
                        chunks.integer("reused"),
                        chunks.integer("deleted")),
                fields.integer("durationMillis"),
                fields.list("failures", Integer.MAX_VALUE, (node, name) -> {
                    Fields failure = Fields.object(node, name);
                    return new Indexed.Failure(failure.string("path"), failure.string("reason"));
                }),
                fields.nullableString("message"));
    }

    private static @Nullable List<Executed> runs(Fields fields) {
        if (fields.isNull("runs")) {
            return null;
        }
        return fields.list("runs", Integer.MAX_VALUE, (node, name) -> executed(Fields.object(node, name)));
    }

    private static @Nullable CompileResult compile(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        return new CompileResult(
                fields.oneOf("status", ProgramStatus.class),
                fields.smallInteger("exitCode"),
                content(fields, "stdout", "stdoutEncoding"),
                content(fields, "stderr", "stderrEncoding"),
                fields.bool("truncated"),
                usage(fields.object("usage")));
    }

    private static Usage usage(Fields fields) {
        return new Usage(
                fields.integer("wallMillis"),
                fields.integer("cpuMillis"),
                fields.integer("peakMemoryBytes"),
                fields.smallInteger("peakPids"));
    }

    private static Violation violation(JsonNode node, String name) {
        Fields fields = Fields.object(node, name);
        return new Violation(
                fields.string("rule"),
                fields.string("path"),
                fields.smallInteger("line"),
                fields.smallInteger("column"),
                fields.string("message"));
    }

    private static Artifact artifact(JsonNode node, String name) {
        Fields fields = Fields.object(node, name);
        return new Artifact(
                fields.string("path"),
                fields.integer("sizeBytes"),
                fields.nullableString("sha256"),
                fields.has("content") ? content(fields, "content", "encoding") : null,
                fields.nullableString("error"));
    }

    private static Content content(Fields fields, String field, String encodingField) {
        String text = fields.string(field);
        try {
            return switch (fields.oneOf(encodingField, Encoding.class)) {
                case UTF8 -> Content.utf8(text);
                case BASE64 -> Content.base64(text);
            };
        } catch (IllegalArgumentException notBase64) {
            throw fields.invalid(field, "is not base64: " + notBase64.getMessage());
        }
    }
}
