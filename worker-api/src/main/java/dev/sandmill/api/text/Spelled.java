package dev.sandmill.api.text;

import java.time.Duration;

/// Values as messages show them to people.
public final class Spelled {
    private static final long MILLIS_OF_SECOND = 1_000;
    private static final long SECONDS_OF_MINUTE = 60;
    private static final long SECONDS_OF_HOUR = 3_600;
    /// Shorter times are told in seconds: `90 s`, `60 s`.
    private static final long LEAST_MINUTES = 2;

    private Spelled() {}

    /// A length of time in the largest unit that it is a whole number of: `250 ms`, `1 s`, `5 min`, `24 h`.
    public static String time(Duration time) {
        long millis = time.toMillis();
        if (millis == 0 && !time.isZero()) {
            return "less than 1 ms";
        }
        if (millis % MILLIS_OF_SECOND != 0) {
            return millis + " ms";
        }
        long seconds = millis / MILLIS_OF_SECOND;
        if (seconds != 0 && seconds % SECONDS_OF_HOUR == 0) {
            return seconds / SECONDS_OF_HOUR + " h";
        }
        if (seconds >= LEAST_MINUTES * SECONDS_OF_MINUTE && seconds % SECONDS_OF_MINUTE == 0) {
            return seconds / SECONDS_OF_MINUTE + " min";
        }
        return seconds + " s";
    }
}
