package dev.sandmill.orchestrator.jobs;

import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.Completion;
import dev.sandmill.backplane.queue.JobHandler;
import dev.sandmill.backplane.queue.JobRecord;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// Puts the job's names into every log line of its handler, and logs how it ended.
final class LoggedHandler implements JobHandler {
    private static final Logger log = LoggerFactory.getLogger(LoggedHandler.class);

    private final JobHandler handler;
    private final JobMeter meter;

    LoggedHandler(JobHandler handler, JobMeter meter) {
        this.handler = handler;
        this.meter = meter;
    }

    @Override
    public Completion handle(Claim claim) throws InterruptedException {
        JobRecord job = claim.job();
        MDC.put("job_id", job.id().value());
        MDC.put("attempt", Integer.toString(job.attempt()));
        MDC.put("tenant", job.tenant());
        if (job.requestId() != null) {
            MDC.put("request_id", job.requestId());
        }
        Instant start = Instant.now();
        try {
            meter.started(job);
            long begun = System.nanoTime();
            Completion completion = handler.handle(claim);
            meter.ended(job, completion, System.nanoTime() - begun);
            long millis = Duration.between(start, Instant.now()).toMillis();
            switch (completion) {
                case Completion.Finished finished ->
                    log.info("{} job finished in {} ms", job.kind().wireName(), millis);
                case Completion.Failed failed ->
                    log.warn("{} job failed after {} ms: {}", job.kind().wireName(), millis, failed.reason());
                case Completion.Postponed postponed ->
                    log.warn("{} job postponed after {} ms: {}", job.kind().wireName(), millis, postponed.reason());
                case Completion.HandedBack back ->
                    log.info("{} job handed back after {} ms", job.kind().wireName(), millis);
            }
            return completion;
        } finally {
            MDC.clear();
        }
    }
}
