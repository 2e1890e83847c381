package dev.sandmill.orchestrator.index;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which jobs an earlier run has done already: a run asks the remote after it has started, so it brings in every push
/// that was submitted before. Ten pushes in a row cost two runs. Both times are Redis's, so clocks do not matter.
/// Thread-safe.
final class CoveredPushes {
    private record Last(Instant startedAt, Indexed outcome) {}

    private final Map<String, Last> lastOfRepository = new ConcurrentHashMap<>();

    /// What an earlier run answers for this job; empty where it has to run. To be asked while no other run of the
    /// repository is going on.
    Optional<Indexed> answer(String repository, IndexRepository request, JobTimes times) {
        Last last = lastOfRepository.get(repository);
        if (last == null
                || request.commit() != null
                || request.full()
                || !times.submittedAt().isBefore(last.startedAt())) {
            return Optional.empty();
        }
        Indexed outcome = last.outcome();
        return Optional.of(new Indexed(
                IndexStatus.OK,
                outcome.repository(),
                outcome.commit(),
                new Indexed.Files(outcome.files().seen(), 0, 0, 0),
                Indexed.Chunks.NONE,
                0,
                List.of(),
                "a run that started after this job was submitted has covered it"));
    }

    /// From now on nothing is covered, until a run has come to its end.
    void begin(String repository) {
        lastOfRepository.remove(repository);
    }

    /// Only a whole run to the branch's head covers others.
    void end(String repository, IndexRepository request, JobTimes times, Indexed outcome) {
        if (request.commit() == null && outcome.status() == IndexStatus.OK) {
            lastOfRepository.put(repository, new Last(times.startedAt(), outcome));
        }
    }
}
