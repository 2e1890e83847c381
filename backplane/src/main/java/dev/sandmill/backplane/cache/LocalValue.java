package dev.sandmill.backplane.cache;

import java.time.Duration;

/// A value of the local tier and how long it stays.
@SuppressWarnings("ArrayRecordComponent")
record LocalValue(byte[] bytes, Duration ttl) {}
