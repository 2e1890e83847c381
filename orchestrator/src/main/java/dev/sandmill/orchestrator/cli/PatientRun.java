package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobState;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.client.SandmillProblem;
import dev.sandmill.api.json.AnswerJson.Dependency;
import dev.sandmill.api.text.Spelled;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// A program whose sender waits at a terminal: after two seconds without a start it is told what the job waits for,
/// once.
final class PatientRun {
    private static final Duration TELL_AFTER = Duration.ofSeconds(2);
    private static final Duration ASK_EVERY = Duration.ofSeconds(30);
    private static final int UNAVAILABLE = 503;
    /// Somebody sits in front of it: what is away for longer is theirs to look at.
    private static final Duration AWAY_PATIENCE = Duration.ofSeconds(5);
    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(60);

    private final Connection connection;
    private final Terminal terminal;
    private boolean told;

    PatientRun(Connection connection, Terminal terminal) {
        this.connection = connection;
        this.terminal = terminal;
    }

    /// Waits as long as the program may run, and a minute for its turn.
    Executed run(ExecuteCode request) throws InterruptedException {
        long deadline = System.nanoTime()
                + QUEUE_PATIENCE.plusMillis(request.limits().wallMillis()).toNanos();
        try (SandmillClient client = connection.open(AWAY_PATIENCE, this::tellRefusal)) {
            // With the key, a request whose answer was lost is the same job when it is sent again.
            return outcome(client, client.submit(request, UUID.randomUUID().toString(), TELL_AFTER), deadline);
        } catch (SandmillProblem refused) {
            throw refused.status() == UNAVAILABLE
                    ? new StillAway("gave up after " + Spelled.time(AWAY_PATIENCE) + ": " + refused.detail())
                    : refused;
        }
    }

    private Executed outcome(SandmillClient client, Job submitted, long deadline) throws InterruptedException {
        Job job = submitted;
        try {
            while (!(job.outcome() instanceof Executed executed)) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!left.isPositive()) {
                    throw new StillWaiting("the job is " + name(job.state())
                            + " for longer than this command waits; it goes on as " + job.id()
                            + ", see GET /v1/jobs/" + job.id());
                }
                tellWait(client, job);
                job = client.job(job.id(), left.compareTo(ASK_EVERY) < 0 ? left : ASK_EVERY);
            }
            return executed;
        } catch (SandmillProblem refused) {
            throw refused.status() == UNAVAILABLE
                    ? new StillAway("gave up after " + Spelled.time(AWAY_PATIENCE) + ": " + refused.detail()
                            + "; the job goes on as " + job.id())
                    : refused;
        }
    }

    private void tellWait(SandmillClient client, Job job) throws InterruptedException {
        if (job.state() == JobState.RUNNING) {
            return;
        }
        List<String> missing = client.dependencies().stream()
                .filter(each -> !each.available())
                .map(Dependency::detail)
                .toList();
        tell("waiting: " + (missing.isEmpty() ? "others are served first" : String.join("; ", missing))
                + "; the job is " + name(job.state()) + " as " + job.id());
    }

    private void tellRefusal(SandmillProblem refused) {
        tell("waiting: " + refused.detail());
    }

    private void tell(String line) {
        if (!told) {
            told = true;
            terminal.error(Terminal.harmless(line));
        }
    }

    private static String name(JobState state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }

    /// The service is there and cannot serve: the same command may work a little later.
    static final class StillAway extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StillAway(String message) {
            super(message);
        }
    }

    /// The command gives up waiting; the job does not end by it.
    static final class StillWaiting extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StillWaiting(String message) {
            super(message);
        }
    }
}
