package dev.sandmill.orchestrator.settings;

/// One whole number that may be changed.
///
/// @param initial in force until somebody changes it
public record Setting(String name, long least, long most, long initial) {
    public Setting {
        if (initial < least || initial > most) {
            throw new IllegalArgumentException(
                    name + " starts as " + initial + ", which is not from " + least + " to " + most);
        }
    }

    boolean admits(long value) {
        return value >= least && value <= most;
    }

    /// What another machine was given may be more than this one can take.
    long clamped(long value) {
        return Math.clamp(value, least, most);
    }
}
