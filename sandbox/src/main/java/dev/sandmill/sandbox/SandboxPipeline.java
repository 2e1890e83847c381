package dev.sandmill.sandbox;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.CacheMode;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.JobFailure;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.sandbox.cache.Recheck;
import dev.sandmill.sandbox.cache.ResultCache;
import dev.sandmill.sandbox.cache.ResultKey;
import dev.sandmill.sandbox.container.ContainerLost;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.container.Lease;
import dev.sandmill.sandbox.container.PoolCounts;
import dev.sandmill.sandbox.determinism.Determinism;
import dev.sandmill.sandbox.run.InstalledLanguage;
import dev.sandmill.sandbox.run.InvalidProgram;
import dev.sandmill.sandbox.run.PreparedProgram;
import dev.sandmill.sandbox.run.PreparedProgram.Invocation;
import dev.sandmill.sandbox.run.ProgramRunner;
import dev.sandmill.sandbox.session.SessionSettings;
import dev.sandmill.sandbox.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// The journey of a program: prepare, validate, look into the result cache, lease a container, run, judge, remember.
final class SandboxPipeline implements Sandbox {
    private final Engine engine;
    private final Readings readings = new Readings();
    private final ProgramRunner runner = new ProgramRunner();
    private final Recheck recheck;
    private final CachedRuns cached;
    private final Sessions sessions;
    private final LongAdder runs = new LongAdder();

    private SandboxPipeline(Engine engine, ResultCache results, SessionSettings sessions, Recheck recheck) {
        this.engine = engine;
        this.recheck = recheck;
        cached = new CachedRuns(results, recheck);
        this.sessions = new Sessions(sessions, engine.languages(), engine.pool(), readings::check);
    }

    static SandboxPipeline open(SandboxConfig config, ResultCache results, SessionSettings sessions) {
        return new SandboxPipeline(Engine.start(config), results, sessions, new Recheck(Recheck.ONE_OF));
    }

    @Override
    public RunResult run(ExecuteCode code, RunContext context) {
        try {
            return new RunResult.Answered(answer(code, context));
        } catch (InvalidProgram invalid) {
            return new RunResult.NotRun(new JobFailure.Invalid(String.valueOf(invalid.getMessage())));
        } catch (ContainerUnavailable away) {
            return new RunResult.NotRun(new JobFailure.Unavailable(String.valueOf(away.getMessage()), false));
        } catch (ContainerLost lost) {
            return new RunResult.NotRun(new JobFailure.Unavailable(String.valueOf(lost.getMessage()), true));
        } catch (InterruptedException cancelled) {
            return new RunResult.Answered(
                    Executed.withoutRun(ProgramStatus.CANCELLED, "cancelled before it was started"));
        }
    }

    @Override
    public Optional<Executed> known(ExecuteCode code, String tenant) {
        if (code.cache() != CacheMode.AUTO) {
            return Optional.empty();
        }
        InstalledLanguage language;
        try {
            language = engine.languages().find(code.language());
        } catch (InvalidProgram | ContainerUnavailable notNow) {
            return Optional.empty();
        }
        Readings.Reading reading = readings.remembered(code, language.name());
        if (reading == null
                || !reading.violations().isEmpty()
                || !reading.verdict().deterministic()) {
            return Optional.empty();
        }
        ResultKey key = resultKey(code, tenant, language);
        return recheck.isUnstable(key) ? Optional.empty() : cached.atHand(key);
    }

    private ResultKey resultKey(ExecuteCode code, String tenant, InstalledLanguage language) {
        return ResultKey.of(tenant, language.name(), language.image().id(), readings.policyVersion(), code);
    }

    private Executed answer(ExecuteCode code, RunContext context)
            throws InvalidProgram, ContainerUnavailable, ContainerLost, InterruptedException {
        InstalledLanguage language = engine.languages().find(code.language());
        PreparedProgram program = PreparedProgram.of(code, language);

        long validating = System.nanoTime();
        Readings.Reading reading = readings.of(code, language.name());
        context.steps().took(RunSteps.Step.VALIDATE, validating, System.nanoTime());
        if (!reading.violations().isEmpty()) {
            return Executed.rejected(reading.violations());
        }

        ResultKey key = resultKey(code, context.tenant(), language);
        Determinism.Verdict verdict = reading.verdict();
        if (recheck.isUnstable(key)) {
            return execute(program, context).judged(false, List.of("differed"));
        }
        if (!verdict.deterministic() || code.cache() == CacheMode.OFF) {
            return execute(program, context).judged(verdict.deterministic(), verdict.reasons());
        }
        if (code.cache() == CacheMode.BYPASS) {
            Executed executed = execute(program, context).judged(true, List.of());
            cached.remember(key, executed);
            return executed;
        }
        Duration patience = Duration.ofMillis(code.limits().wallMillis());
        return cached.answer(key, patience, () -> execute(program, context).judged(true, List.of()));
    }

    /// Once, or once for each input until one is cancelled; the whole has the status of the first that is not `OK`.
    /// Each program of a language without a compile step gets a container to itself; a compiled one stays in the
    /// container of its compiler, for as many inputs as that one lasts.
    private Executed execute(PreparedProgram program, RunContext context)
            throws ContainerUnavailable, InterruptedException, ContainerLost, InvalidProgram {
        List<Invocation> invocations = program.invocations();
        List<Executed> ends = new ArrayList<>();
        while (ends.size() < invocations.size()) {
            List<Invocation> left = invocations.subList(ends.size(), invocations.size());
            ends.addAll(execute(program, program.compiles() ? left : left.subList(0, 1), context));
            if (isFinal(ends.getLast())) {
                break;
            }
        }
        Executed decisive = ends.stream()
                .filter(end -> end.status() != ProgramStatus.OK)
                .findFirst()
                .orElse(ends.getFirst());
        return program.code().inputs().isEmpty() ? decisive : withRuns(decisive, ends);
    }

    private List<Executed> execute(PreparedProgram program, List<Invocation> invocations, RunContext context)
            throws ContainerUnavailable, InterruptedException, ContainerLost, InvalidProgram {
        try (Lease lease = leased(program, context)) {
            long running = System.nanoTime();
            try {
                List<Executed> ends = runner.run(
                        program,
                        invocations,
                        lease,
                        (stderr, bytes) -> context.output()
                                .onOutput(stderr ? OutputListener.Stream.STDERR : OutputListener.Stream.STDOUT, bytes));
                runs.add(ends.size());
                return ends;
            } finally {
                context.steps().took(RunSteps.Step.RUN, running, System.nanoTime());
            }
        }
    }

    private Lease leased(PreparedProgram program, RunContext context)
            throws ContainerUnavailable, InterruptedException {
        boolean fresh = program.code().isolation() == Isolation.FRESH;
        long leasing = System.nanoTime();
        try {
            return engine.pool().lease(program.container(), context.tenant(), fresh);
        } finally {
            context.steps().took(RunSteps.Step.LEASE, leasing, System.nanoTime());
        }
    }

    /// Cancelled, or not compiled: what comes after it would end the same way.
    private static boolean isFinal(Executed end) {
        return end.status() == ProgramStatus.CANCELLED
                || end.compile() != null && end.compile().status() != ProgramStatus.OK;
    }

    private static Executed withRuns(Executed decisive, List<Executed> runs) {
        return new Executed(
                decisive.status(),
                decisive.exitCode(),
                decisive.signal(),
                decisive.stdout(),
                decisive.stdoutTruncated(),
                decisive.stderr(),
                decisive.stderrTruncated(),
                decisive.usage(),
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                decisive.compile(),
                runs,
                decisive.isolation(),
                decisive.image(),
                decisive.message());
    }

    @Override
    public void resize(int slots, int poolSize) {
        engine.pool().resize(slots, poolSize);
        sessions.resize(slots);
    }

    @Override
    public Sessions sessions() {
        return sessions;
    }

    @Override
    public List<Language> languages() {
        return engine.installedLanguages().stream()
                .map(language -> new Language(
                        language.name(),
                        language.image().version(),
                        language.aliases(),
                        language.isWarm(),
                        language.image().id()))
                .toList();
    }

    @Override
    public BreakerState breaker() {
        return engine.pool().breaker();
    }

    @Override
    public SandboxHealth health() {
        return engine.health();
    }

    @Override
    public SandboxStats stats() {
        PoolCounts pool = engine.pool().counts();
        return new SandboxStats(
                pool.idle(),
                pool.leased(),
                pool.starting(),
                pool.created(),
                pool.destroyed(),
                runs.sum(),
                pool.recycled(),
                cached.hits(),
                recheck.checked(),
                recheck.differed());
    }

    @Override
    public void close() {
        sessions.close();
        engine.close();
        readings.close();
    }
}
