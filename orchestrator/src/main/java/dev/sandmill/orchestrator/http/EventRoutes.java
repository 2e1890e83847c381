package dev.sandmill.orchestrator.http;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.events.EventLog;
import dev.sandmill.backplane.events.StoredEvent;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/// `GET /v1/jobs/{id}/events`: a job's events as server-sent events, from the start or after `Last-Event-ID`. The
/// stream ends after `finished`. Format: WHATWG HTML, section 9.2.
@RestController
public final class EventRoutes {
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final EventLog events;
    private final JobQueue queue;
    private final BooleanSupplier stopping;

    public EventRoutes(EventLog events, JobQueue queue, BooleanSupplier stopping) {
        this.events = events;
        this.queue = queue;
        this.stopping = stopping;
    }

    @GetMapping("/v1/jobs/{id}/events")
    void stream(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        caller.requireReader();
        long after = sequence(lastEventId);
        JobId job = jobOf(caller, id);
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("X-Accel-Buffering", "no");
        response.flushBuffer();
        OutputStream out = response.getOutputStream();
        boolean finished = false;
        while (!finished && !stopping.getAsBoolean()) {
            List<StoredEvent> batch = events.read(job, after, HEARTBEAT);
            StringBuilder text = new StringBuilder();
            for (StoredEvent event : batch) {
                text.append("id: ").append(event.sequence()).append('\n');
                text.append("event: ").append(event.type()).append('\n');
                text.append("data: ").append(event.dataJson()).append("\n\n");
                after = event.sequence();
                finished |= event.type().equals("finished");
            }
            if (batch.isEmpty()) {
                if (queue.find(caller.jobsOf(), job)
                        .map(found -> found.state().isTerminal())
                        .orElse(true)) {
                    return;
                }
                text.append(": still there\n\n");
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    private JobId jobOf(Caller caller, String id) {
        JobId job;
        try {
            job = new JobId(id);
        } catch (IllegalArgumentException malformed) {
            throw ApiProblem.notFound("there is no job with this id");
        }
        queue.find(caller.jobsOf(), job)
                .orElseThrow(
                        () -> ApiProblem.notFound("there is no job " + job + "; finished ones are kept for a day"));
        return job;
    }

    private static long sequence(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isBlank()) {
            return 0;
        }
        if (lastEventId.matches("[0-9]{1,18}")) {
            return Long.parseLong(lastEventId);
        }
        throw ApiProblem.badField("Last-Event-ID", "Last-Event-ID has to be the sequence number of an event");
    }
}
