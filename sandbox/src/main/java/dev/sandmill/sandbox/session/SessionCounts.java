package dev.sandmill.sandbox.session;

/// `open` of one moment and the `most` there may be; `opened` sessions and `calls` since the start.
public record SessionCounts(int open, int most, long opened, long calls) {}
