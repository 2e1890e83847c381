package dev.sandmill.api.json;

import dev.sandmill.api.Content;
import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.RefineIndex;
import dev.sandmill.api.SourceFile;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes requests with every field in a fixed order, so that equal requests are equal texts.
final class RequestWriter {
    private RequestWriter() {}

    static void write(JobRequest request, ObjectNode body) {
        body.put("kind", request.kind().wireName());
        ObjectNode node = body.putObject(request.kind().wireName());
        switch (request) {
            case ExecuteCode execute -> writeExecute(execute, node);
            case IndexRepository index -> writeIndex(index, node);
            case EmbedFiles batch -> writeBatch(batch, node);
            case RefineIndex refinement -> node.put("repository", refinement.repository());
        }
    }

    static void writeIndex(IndexRepository index, ObjectNode node) {
        node.put("repository", index.repository());
        node.put("commit", index.commit());
        node.put("full", index.full());
    }

    private static void writeBatch(EmbedFiles batch, ObjectNode node) {
        node.put("repository", batch.repository());
        node.put("commit", batch.commit());
        ArrayNode files = node.putArray("files");
        batch.files().forEach(file -> files.addObject().put("path", file.path()).put("blobId", file.blobId()));
        strings(node, "wanted", batch.wanted());
    }

    static void writeExecute(ExecuteCode execute, ObjectNode node) {
        node.put("language", execute.language());
        if (execute.source() != null) {
            node.put("source", execute.source());
        }
        ArrayNode files = node.putArray("files");
        for (SourceFile file : execute.files()) {
            ObjectNode each = files.addObject().put("path", file.path());
            content(each, "content", "encoding", file.content());
        }
        node.put("entrypoint", execute.entrypoint());
        strings(node, "args", execute.args());
        content(node, "stdin", "stdinEncoding", execute.stdin());
        ObjectNode env = node.putObject("env");
        execute.env().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(variable -> env.put(variable.getKey(), variable.getValue()));
        ArrayNode inputs = node.putArray("inputs");
        for (ProgramInput input : execute.inputs()) {
            ObjectNode each = inputs.addObject();
            content(each, "stdin", "stdinEncoding", input.stdin());
            strings(each, "args", input.args());
        }
        limits(node.putObject("limits"), execute.limits());
        node.put("policy", wireName(execute.policy()));
        node.put("isolation", wireName(execute.isolation()));
        node.put("cache", wireName(execute.cache()));
        strings(node, "outputs", execute.outputs());
    }

    static void content(ObjectNode node, String field, String encodingField, Content content) {
        node.put(field, content.text());
        node.put(encodingField, wireName(content.encoding()));
    }

    static void strings(ObjectNode node, String field, Iterable<String> values) {
        ArrayNode array = node.putArray(field);
        values.forEach(array::add);
    }

    static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static void limits(ObjectNode node, Limits limits) {
        node.put("wallMillis", limits.wallMillis());
        node.put("cpuMillis", limits.cpuMillis());
        node.put("memoryBytes", limits.memoryBytes());
        node.put("pids", limits.pids());
        node.put("outputBytes", limits.outputBytes());
        node.put("diskBytes", limits.diskBytes());
    }
}
