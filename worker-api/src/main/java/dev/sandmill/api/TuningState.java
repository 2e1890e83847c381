package dev.sandmill.api;

import java.util.Map;

/// How much a server does at a time: numbers by name, as `/v1/tuning` shows them, and whether it adapts some of them.
///
/// @param bounds by the same names
public record TuningState(Map<String, Long> values, boolean adaptive, Map<String, Bounds> bounds) {
    public TuningState {
        values = Map.copyOf(values);
        bounds = Map.copyOf(bounds);
    }

    public record Bounds(long least, long most, long initial) {}

    /// What is to be changed.
    public record Change(Map<String, Long> values, boolean adaptive) {
        public Change {
            values = Map.copyOf(values);
        }
    }

    /// A value that every server has.
    public long value(String name) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the server does not tell " + name + "; it tells " + values.keySet());
        }
        return value;
    }
}
