package dev.sandmill.api.json;

import static dev.sandmill.api.json.RequestWriter.content;
import static dev.sandmill.api.json.RequestWriter.strings;
import static dev.sandmill.api.json.RequestWriter.wireName;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.CompileResult;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.JobOutcome;
import dev.sandmill.api.Usage;
import dev.sandmill.api.Violation;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes outcomes, every field of them, null where it says nothing.
final class OutcomeWriter {
    private OutcomeWriter() {}

    static void write(JobOutcome outcome, ObjectNode node) {
        switch (outcome) {
            case Executed executed -> writeExecuted(executed, node);
            case Indexed indexed -> writeIndexed(indexed, node);
        }
    }

    private static void writeExecuted(Executed executed, ObjectNode node) {
        node.put("status", wireName(executed.status()));
        node.put("exitCode", executed.exitCode());
        node.put("signal", executed.signal());
        content(node, "stdout", "stdoutEncoding", executed.stdout());
        node.put("stdoutTruncated", executed.stdoutTruncated());
        content(node, "stderr", "stderrEncoding", executed.stderr());
        node.put("stderrTruncated", executed.stderrTruncated());
        usage(node.putObject("usage"), executed.usage());
        node.put("cached", executed.cached());
        node.put("deterministic", executed.deterministic());
        strings(node, "nondeterminism", executed.nondeterminism());
        ArrayNode violations = node.putArray("violations");
        executed.violations().forEach(violation -> violation(violations.addObject(), violation));
        ArrayNode artifacts = node.putArray("artifacts");
        executed.artifacts().forEach(artifact -> artifact(artifacts.addObject(), artifact));
        if (executed.compile() == null) {
            node.putNull("compile");
        } else {
            compile(node.putObject("compile"), executed.compile());
        }
        if (executed.runs() == null) {
            node.putNull("runs");
        } else {
            ArrayNode runs = node.putArray("runs");
            executed.runs().forEach(run -> writeExecuted(run, runs.addObject()));
        }
        node.put("isolation", executed.isolation());
        node.put("image", executed.image());
        node.put("message", executed.message());
    }

    private static void writeIndexed(Indexed indexed, ObjectNode node) {
        node.put("status", wireName(indexed.status()));
        node.put("repository", indexed.repository());
        node.put("commit", indexed.commit());
        node.putObject("files")
                .put("seen", indexed.files().seen())
                .put("changed", indexed.files().changed())
                .put("skipped", indexed.files().skipped())
                .put("failed", indexed.files().failed());
        node.putObject("chunks")
                .put("total", indexed.chunks().total())
                .put("embedded", indexed.chunks().embedded())
                .put("reused", indexed.chunks().reused())
                .put("deleted", indexed.chunks().deleted());
        node.put("durationMillis", indexed.durationMillis());
        ArrayNode failures = node.putArray("failures");
        for (Indexed.Failure failure : indexed.failures()) {
            failures.addObject().put("path", failure.path()).put("reason", failure.reason());
        }
        node.put("message", indexed.message());
    }

    private static void compile(ObjectNode node, CompileResult compile) {
        node.put("status", wireName(compile.status()));
        node.put("exitCode", compile.exitCode());
        content(node, "stdout", "stdoutEncoding", compile.stdout());
        content(node, "stderr", "stderrEncoding", compile.stderr());
        node.put("truncated", compile.truncated());
        usage(node.putObject("usage"), compile.usage());
    }

    private static void usage(ObjectNode node, Usage usage) {
        node.put("wallMillis", usage.wallMillis());
        node.put("cpuMillis", usage.cpuMillis());
        node.put("peakMemoryBytes", usage.peakMemoryBytes());
        node.put("peakPids", usage.peakPids());
    }

    private static void violation(ObjectNode node, Violation violation) {
        node.put("rule", violation.rule());
        node.put("path", violation.path());
        node.put("line", violation.line());
        node.put("column", violation.column());
        node.put("message", violation.message());
    }

    private static void artifact(ObjectNode node, Artifact artifact) {
        node.put("path", artifact.path());
        node.put("sizeBytes", artifact.sizeBytes());
        node.put("sha256", artifact.sha256());
        if (artifact.content() != null) {
            content(node, "content", "encoding", artifact.content());
        }
        if (artifact.error() != null) {
            node.put("error", artifact.error());
        }
    }
}
