package dev.sandmill.backplane.queue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some jobs, and where the next ones start; null is the end.
public record JobPage(List<JobRecord> jobs, @Nullable String next) {
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
