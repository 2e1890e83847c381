package dev.sandmill.backplane.events;

import dev.sandmill.api.JobId;

/// What can be followed: one job, or something of a tenant under a name.
public sealed interface Topic {
    /// A job's own log.
    record OfJob(JobId job) implements Topic {}

    /// @param tenant may be empty: the topic of no tenant
    record Named(String tenant, String name) implements Topic {
        /// The steps of all jobs of a tenant, published by the queue itself.
        public static final String JOBS = "jobs";
    }
}
