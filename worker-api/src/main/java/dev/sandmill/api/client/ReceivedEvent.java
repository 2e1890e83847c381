package dev.sandmill.api.client;

/// One event of a job.
///
/// @param sequence counts from 1 without gaps
/// @param type `accepted`, `started`, `output`, `progress`, `retrying` or `finished`
public record ReceivedEvent(long sequence, String type, String dataJson) {}
