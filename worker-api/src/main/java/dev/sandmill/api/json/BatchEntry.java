package dev.sandmill.api.json;

import dev.sandmill.api.JobRequest;

/// One entry of a batch: a request, or why it is none. A bad entry does not spoil its neighbours.
public sealed interface BatchEntry {
    record Readable(JobRequest request) implements BatchEntry {}

    record Unreadable(InvalidJson reason) implements BatchEntry {}
}
