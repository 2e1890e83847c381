package dev.sandmill.orchestrator.http;

import dev.sandmill.orchestrator.problem.ApiProblem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The query parameter `wait`: milliseconds, at most a minute.
final class WaitParameter {
    private static final long MOST = 60_000;

    private WaitParameter() {}

    static Duration parse(@Nullable String text) {
        if (text == null) {
            return Duration.ZERO;
        }
        try {
            long millis = Long.parseLong(text);
            if (millis >= 0 && millis <= MOST) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException notANumber) {
            throw refused(text);
        }
        throw refused(text);
    }

    private static ApiProblem refused(String text) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return ApiProblem.badField("wait", "wait is '" + shown + "'; it has to be milliseconds from 0 to " + MOST);
    }
}
