/// The job queue: submit, claim, heartbeat, finish, cancel, each one atomic step on the server. Jobs are opaque JSON
/// here.
@NullMarked
package dev.sandmill.backplane.queue;

import org.jspecify.annotations.NullMarked;
