package dev.sandmill.orchestrator.execute;

import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.JobFailure;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.orchestrator.jobs.ExecuteMetrics;
import dev.sandmill.orchestrator.jobs.RunMeter;
import dev.sandmill.orchestrator.tracing.Steps;
import dev.sandmill.orchestrator.tracing.Tracing;
import dev.sandmill.sandbox.OutputListener;
import dev.sandmill.sandbox.RunContext;
import dev.sandmill.sandbox.RunResult;
import dev.sandmill.sandbox.RunSteps;
import dev.sandmill.sandbox.Sandbox;
import java.util.Locale;

/// Runs a claimed execute job in the sandbox and says how it ended.
public final class ExecuteJobHandler implements JobHandler {
    private final Sandbox sandbox;
    private final JobJson json;
    private final StrictJson events;
    private final ExecuteMetrics metrics;
    private final RunMeter runs;
    private final Tracing tracing;

    /// @param runs counts what ran in a container
    public ExecuteJobHandler(
            Sandbox sandbox, JobJson json, StrictJson events, ExecuteMetrics metrics, RunMeter runs, Tracing tracing) {
        this.sandbox = sandbox;
        this.json = json;
        this.events = events;
        this.metrics = metrics;
        this.runs = runs;
        this.tracing = tracing;
    }

    @Override
    public Completion handle(Claim claim) {
        JobRecord job = claim.job();
        JobRequest request;
        try {
            request = json.readJobBody(job.requestJson());
        } catch (InvalidJson invalid) {
            // A client may have written to the queue without passing a route.
            return finished(
                    Executed.withoutRun(ProgramStatus.FAILED, "the request is invalid: " + invalid.getMessage()));
        }
        if (!(request instanceof ExecuteCode code)) {
            return finished(Executed.withoutRun(ProgramStatus.FAILED, "the request is not an execute request"));
        }
        Steps steps = tracing.steps();
        RunContext context = new RunContext(
                job.tenant(),
                job.id().value(),
                emitting(claim),
                (step, startNanos, endNanos) -> steps.past(nameOf(step), startNanos, endNanos));
        long start = System.nanoTime();
        RunResult result = sandbox.run(code, context);
        if (result instanceof RunResult.Answered(Executed executed) && executed.image() != null && !executed.cached()) {
            runs.ran(System.nanoTime() - start);
        }
        // The sandbox answers an interrupt by killing the program; the flag has done its work.
        Thread.interrupted();
        return switch (result) {
            case RunResult.Answered(Executed executed) -> {
                steps.attribute(
                        "sandmill.execute.status", executed.status().name().toLowerCase(Locale.ROOT));
                steps.attribute("sandmill.execute.cached", Boolean.toString(executed.cached()));
                if (executed.status() == ProgramStatus.CANCELLED
                        && claim.interruption() == Claim.Interruption.STOPPING) {
                    yield new Completion.HandedBack();
                }
                yield finished(executed);
            }
            case RunResult.NotRun(JobFailure failure) -> notRun(failure);
        };
    }

    private static String nameOf(RunSteps.Step step) {
        return switch (step) {
            case VALIDATE -> "validate";
            case LEASE -> "lease container";
            case RUN -> "run";
        };
    }

    /// Only a program that was started may be why its container is gone: that counts as an attempt, so that a program
    /// which takes its container away every time comes to an end. A container that could not be had does not count.
    private Completion notRun(JobFailure failure) {
        Executed dead = Executed.withoutRun(ProgramStatus.FAILED, failure.message());
        return switch (failure) {
            case JobFailure.Unavailable(String message, boolean begun) ->
                begun
                        ? new Completion.Failed(message, true, json.writeOutcome(dead))
                        : new Completion.Postponed(message, json.writeOutcome(dead));
            case JobFailure.Invalid invalid -> finished(dead);
            case JobFailure.Internal internal -> finished(dead);
        };
    }

    private Completion finished(Executed executed) {
        metrics.finished(executed);
        return new Completion.Finished(json.writeOutcome(executed));
    }

    private OutputListener emitting(Claim claim) {
        return (stream, bytes) -> {
            Content content = Content.of(bytes);
            claim.emit(
                    "output",
                    events.write(new OutputEvent(
                            stream.name().toLowerCase(Locale.ROOT),
                            content.text(),
                            content.encoding().name().toLowerCase(Locale.ROOT))));
        };
    }

    /// The data of an `output` event.
    record OutputEvent(String stream, String text, String encoding) {}
}
