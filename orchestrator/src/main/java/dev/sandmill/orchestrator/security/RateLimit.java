package dev.sandmill.orchestrator.security;

import dev.sandmill.api.text.Spelled;
import dev.sandmill.backplane.rates.Rates;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.time.Duration;
import java.util.Objects;

/// Holds callers to their key's rates. A key without any costs nothing.
public final class RateLimit {
    private final Rates rates;

    public RateLimit(Rates rates) {
        this.rates = rates;
    }

    public void admitRequest(Caller caller) {
        KeyRates allowed = caller.rates();
        if (allowed == null || allowed.requestsPerSecond() == null) {
            return;
        }
        int perSecond = allowed.requestsPerSecond();
        int burst = Objects.requireNonNullElse(allowed.burst(), perSecond);
        admit(
                "requests:" + caller.keyId(),
                Duration.ofSeconds(1).dividedBy(perSecond),
                burst,
                "this key may send " + perSecond + " requests per second");
    }

    public void admitJob(Caller caller) {
        KeyRates allowed = caller.rates();
        if (allowed == null || allowed.jobsPerMinute() == null) {
            return;
        }
        int perMinute = allowed.jobsPerMinute();
        admit(
                "jobs:" + caller.keyId(),
                Duration.ofMinutes(1).dividedBy(perMinute),
                perMinute,
                "this key may submit " + perMinute + " jobs per minute");
    }

    private void admit(String bucket, Duration interval, int burst, String detail) {
        Duration wait = rates.admit(bucket, interval, burst);
        if (wait.isPositive()) {
            throw ApiProblem.busy("rate_limited", detail + "; try again in " + Spelled.time(wait), wait);
        }
    }
}
