package dev.sandmill.api;

import java.util.regex.Pattern;

/// A job's name: 1 to 64 of `a-z A-Z 0-9 _ -`, made by the queue, sortable by creation time.
public record JobId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public JobId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("job id has to match " + SHAPE);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
