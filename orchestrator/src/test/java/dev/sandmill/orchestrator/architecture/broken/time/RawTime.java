package dev.sandmill.orchestrator.architecture.broken.time;

import java.time.Duration;

/// Shows people a time as `PT1S`, from a field, a call and a variable.
public final class RawTime {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private RawTime() {}

    public static String ofAField() {
        return "not within " + PATIENCE;
    }

    public static String ofACall(long seconds) {
        return "not within " + Duration.ofSeconds(seconds) + "; try again";
    }

    public static String ofAVariable(Duration patience) {
        return "not within " + patience;
    }
}
