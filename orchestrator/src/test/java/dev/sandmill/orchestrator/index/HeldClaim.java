package dev.sandmill.orchestrator.index;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.queue.Claim;
import dev.sandmill.backplane.queue.JobRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A claim in memory that keeps what is emitted.
final class HeldClaim implements Claim {
    final List<String> events = new CopyOnWriteArrayList<>();
    private final String requestJson;
    private final Interruption interruption;

    HeldClaim(String requestJson, Interruption interruption) {
        this.requestJson = requestJson;
        this.interruption = interruption;
    }

    @Override
    public JobRecord job() {
        return new JobRecord(
                new JobId("j1"),
                "acme",
                JobKind.INDEX,
                JobState.RUNNING,
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                requestJson,
                null,
                null,
                null);
    }

    @Override
    public void emit(String type, String dataJson) {
        events.add(type + " " + dataJson);
    }

    @Override
    public Interruption interruption() {
        return interruption;
    }
}
