package dev.sandmill.backplane.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.testing.Ground;
import dev.sandmill.backplane.testing.Jobs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListIT {
    @Test
    void pagesTogetherAreEveryJobOnceNewestFirst() {
        try (Ground ground = Ground.open()) {
            List<JobRecord> submitted = new ArrayList<>();
            for (int number = 0; number < 25; number++) {
                submitted.addFirst(ground.submit("acme", "" + number));
                ground.submit("other", "" + number);
            }
            List<JobRecord> listed = new ArrayList<>();
            String cursor = null;
            int pages = 0;
            do {
                JobPage page = ground.queue().list(new JobFilter("acme", null, null, 10, cursor));
                listed.addAll(page.jobs());
                cursor = page.next();
                pages++;
            } while (cursor != null);
            assertThat(listed).isEqualTo(submitted);
            assertThat(pages).isEqualTo(3);
        }
    }

    @Test
    void filtersKeepOnlyTheirKindAndState() {
        try (Ground ground = Ground.open()) {
            JobRecord execute = ground.submit("acme", "1");
            JobRecord index =
                    Jobs.accepted(ground.queue().submit(new Submission("acme", JobKind.INDEX, "{}", null, null)));
            ground.queue().cancel("acme", index.id(), Jobs.CANCELLED);
            assertThat(ground.queue()
                            .list(new JobFilter("acme", JobKind.EXECUTE, null, 10, null))
                            .jobs())
                    .containsExactly(execute);
            assertThat(ground.queue()
                            .list(new JobFilter("acme", null, JobState.DONE, 10, null))
                            .jobs())
                    .extracting(JobRecord::id)
                    .containsExactly(index.id());
            assertThat(ground.queue()
                            .list(new JobFilter("acme", JobKind.EXECUTE, JobState.DONE, 10, null))
                            .jobs())
                    .isEmpty();
        }
    }

    @Test
    void aPageOfLargeJobsIsCutByItsBytesAndGoesOn() {
        try (Ground ground = Ground.open()) {
            for (int number = 0; number < 12; number++) {
                ground.submit("acme", "x".repeat(1 << 20));
            }
            JobPage first = ground.queue().list(new JobFilter("acme", null, null, 100, null));
            assertThat(first.jobs()).hasSizeBetween(7, 9);
            JobPage second = ground.queue().list(new JobFilter("acme", null, null, 100, first.next()));
            assertThat(first.jobs().size() + second.jobs().size()).isEqualTo(12);
            assertThat(second.next()).isNull();
        }
    }
}
