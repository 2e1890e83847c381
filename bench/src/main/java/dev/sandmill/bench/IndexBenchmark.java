package dev.sandmill.bench;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.TuningState;
import dev.sandmill.api.client.SandmillClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// How long a repository takes until it is searchable, and until it is exact, by the running service: first,
/// unchanged, edited, moved, turned back, on another branch, with other line ends; and how fast 1, 2 and 4
/// workers embed. `INDEX_FILES` is how many files it has (10,000), `INDEX_SECONDS` how long embedding is
/// watched for each number of workers (20), `INDEX_PARTS` which of `changes,large,workers` are measured (all).
final class IndexBenchmark implements Benchmark {
    private static final String PARALLELISM = "parallelism";
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final List<String> PARTS = List.of("changes", "large", "workers");

    @Override
    public String name() {
        return "index";
    }

    @Override
    public String description() {
        return "a repository until it is searchable, until it is exact, and after each kind of change";
    }

    @Override
    public boolean writesJson() {
        return true;
    }

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        int files = Integer.parseInt(System.getenv().getOrDefault("INDEX_FILES", "10000"));
        int seconds = Integer.parseInt(System.getenv().getOrDefault("INDEX_SECONDS", "20"));
        List<String> parts = parts();
        try (TemporaryFolder folder = TemporaryFolder.create();
                SandmillClient client = target.client();
                ServiceMemory memory = ServiceMemory.watch(target)) {
            Lines lines = new Lines(out, json);
            String name = "bench-index-" + ProcessHandle.current().pid();
            if (parts.contains("changes")) {
                int smallFiles = Math.max(50, files / 20);
                lines.add("smallFiles", smallFiles);
                GitTree small = GitTree.make(folder.path().resolve("small"), smallFiles);
                try {
                    exact(new Repository(target, client, name), small, lines);
                } finally {
                    client.deleteRepository(name);
                }
            }
            if (parts.contains("large") || parts.contains("workers")) {
                lines.add("files", files);
                GitTree tree = GitTree.make(folder.path().resolve("tree"), files);
                lines.add("bytes", tree.bytes());
                Repository repository = new Repository(target, client, name);
                try {
                    large(repository, tree, lines);
                    if (parts.contains("workers")) {
                        workers(repository, folder.path(), seconds, lines);
                    }
                    repository.stopRefining();
                } finally {
                    client.deleteRepository(name);
                }
            }
            lines.add("peakAnonymousMemoryBytes", memory.peakAnonymous());
            lines.add("peakResidentBytes", memory.peakResident());
            lines.end();
        }
    }

    private static List<String> parts() {
        List<String> parts = List.of(System.getenv()
                .getOrDefault("INDEX_PARTS", String.join(",", PARTS))
                .split(","));
        for (String part : parts) {
            if (!PARTS.contains(part)) {
                throw new IllegalArgumentException("INDEX_PARTS has \"" + part + "\"; there are " + PARTS);
            }
        }
        return parts;
    }

    /// While it is being refined: what people wait for.
    private static void large(Repository repository, GitTree tree, Lines lines)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Indexed cold = repository.create(tree.folder());
        lines.seconds("coldSearchable", System.nanoTime() - start);
        lines.add("chunks", cold.chunks().total());
        lines.add("found", repository.found("parse an http header into its name and value"));
        for (int time = 0; time < 3; time++) {
            lines.run("unchangedWhileRefined", repository.index(), repository.lastNanos());
        }
        tree.edit(3);
        lines.newCode("editOf3FilesWhileRefined", repository.index(), repository.lastNanos());
    }

    private static void workers(Repository repository, Path scratch, int seconds, Lines lines)
            throws IOException, InterruptedException {
        long parallelism = repository.tune(1);
        try {
            for (int workers : List.of(1, 2, 4)) {
                MoreWorkers others = MoreWorkers.start(workers - 1, scratch);
                try (others) {
                    double rate = repository.embeddedPerSecond(Duration.ofSeconds(seconds));
                    lines.rate("embeddedPerSecondBy" + workers, rate);
                }
            }
        } finally {
            repository.tune(parallelism);
        }
    }

    /// Where every row is exact: what is reused.
    private static void exact(Repository repository, GitTree tree, Lines lines)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Indexed cold = repository.create(tree.folder());
        lines.seconds("smallSearchable", System.nanoTime() - start);
        repository.awaitExact();
        lines.seconds("smallExact", System.nanoTime() - start);
        lines.add("smallChunks", cold.chunks().total());
        lines.run("unchanged", repository.index(), repository.lastNanos());
        tree.edit(3);
        lines.newCode("editOf3Files", repository.index(), repository.lastNanos());
        tree.rename("python", "moved");
        lines.run("rename", repository.index(), repository.lastNanos());
        tree.revert();
        lines.run("revert", repository.index(), repository.lastNanos());
        String there = tree.branch("other", 20);
        lines.newCode("branchWithNewCode", repository.index(there), repository.lastNanos());
        lines.run("branchSwitchBack", repository.index(tree.main()), repository.lastNanos());
        lines.run("branchSwitch", repository.index(there), repository.lastNanos());
        lines.run("branchSwitchBack", repository.index(tree.main()), repository.lastNanos());
        tree.carriageReturns("c");
        lines.run("carriageReturns", repository.index(), repository.lastNanos());
        lines.add("cache", repository.cacheStatistics());
    }

    /// One repository of the service.
    private static final class Repository {
        private final SandmillClient client;
        private final String name;
        private final RawCalls calls;
        private long lastNanos;

        Repository(Target target, SandmillClient client, String name) throws IOException {
            this.client = client;
            this.name = name;
            this.calls = new RawCalls(target);
        }

        /// How many texts the service itself embeds at a time; answers what it was.
        long tune(long parallelism) throws InterruptedException {
            long before = client.tuning().value(PARALLELISM);
            client.tune(new TuningState.Change(Map.of(PARALLELISM, parallelism), false));
            return before;
        }

        Indexed create(Path folder) throws InterruptedException {
            RegisteredRepository made = client.createRepository(name, folder.toString(), null);
            return outcome(new JobId(String.valueOf(made.jobId())));
        }

        Indexed index() throws IOException, InterruptedException {
            return index(null);
        }

        Indexed index(@org.jspecify.annotations.Nullable String commit) throws IOException, InterruptedException {
            long start = System.nanoTime();
            Job job = client.submit(new IndexRepository(name, commit, false), null, PATIENCE);
            Indexed outcome = job.outcome() instanceof Indexed already ? already : outcome(job.id());
            lastNanos = System.nanoTime() - start;
            return outcome;
        }

        long lastNanos() {
            return lastNanos;
        }

        private Indexed outcome(JobId id) throws InterruptedException {
            while (true) {
                Job job = client.job(id, PATIENCE);
                if (job.outcome() instanceof Indexed outcome) {
                    return outcome;
                }
            }
        }

        RegisteredRepository state() throws InterruptedException {
            return client.repository(name);
        }

        /// By batches that are done, so that what is under way does not count.
        double embeddedPerSecond(Duration span) throws InterruptedException {
            long before = state().sketchedChunks();
            long start = System.nanoTime();
            Thread.sleep(span);
            long after = state().sketchedChunks();
            return (before - after) / ((System.nanoTime() - start) / 1e9);
        }

        /// The rest would run beside what is measured next.
        void stopRefining() throws IOException, InterruptedException {
            for (String job : calls.unfinished("index-exact")) {
                client.cancel(new JobId(job));
                while (!client.job(new JobId(job), PATIENCE).state().isTerminal()) {
                    Thread.sleep(50);
                }
            }
        }

        void awaitExact() throws InterruptedException {
            while (state().sketchedChunks() > 0) {
                Thread.sleep(100);
            }
        }

        String found(String question) throws InterruptedException {
            SearchHit best = client.search(new SearchQuery(question, List.of(name), List.of(), null, 1))
                    .hits()
                    .getFirst();
            return best.path() + " by " + best.embedder();
        }

        Object cacheStatistics() throws IOException, InterruptedException {
            return calls.get("/v1/cache/stats").at("/namespaces/vectors");
        }
    }

    /// Figures, printed as they come or, at the end, as one JSON object.
    private static final class Lines {
        private final PrintStream out;
        private final boolean json;
        private final Map<String, Object> all = new LinkedHashMap<>();

        Lines(PrintStream out, boolean json) {
            this.out = out;
            this.json = json;
        }

        void add(String name, Object value) {
            String unique = all.containsKey(name) ? name + all.size() : name;
            all.put(unique, value);
            if (!json) {
                out.println(String.format(Locale.ROOT, "%-26s %s", name, value));
            }
        }

        void seconds(String name, long nanos) {
            add(name + "Seconds", Math.round(nanos / 1e7) / 100.0);
        }

        void rate(String name, double perSecond) {
            add(name, Math.round(perSecond * 10) / 10.0);
        }

        /// After a change that brought no new code.
        void run(String name, Indexed outcome, long nanos) {
            run(name, outcome, nanos, 0);
        }

        /// After a change that put new lines in one place of each file: of each that is source one chunk has them,
        /// since
        /// chunks do not overlap. All others are made of lines that were indexed before.
        void newCode(String name, Indexed outcome, long nanos) {
            run(
                    name,
                    outcome,
                    nanos,
                    outcome.files().changed() - outcome.files().skipped());
        }

        private void run(String name, Indexed outcome, long nanos, long chunksOfNewCode) {
            Indexed.Chunks chunks = outcome.chunks();
            Map<String, Object> run = new LinkedHashMap<>();
            run.put("millis", nanos / 1_000_000);
            run.put("filesChanged", outcome.files().changed());
            run.put("chunks", chunks.total());
            run.put("reused", chunks.reused());
            run.put("reusedPercent", percent(chunks.reused(), chunks.total()));
            if (chunksOfNewCode > 0) {
                run.put("chunksOfNewCode", chunksOfNewCode);
                run.put("reusedPercentOfOldCode", percent(chunks.reused(), chunks.total() - chunksOfNewCode));
            }
            add(name, run);
        }

        private static double percent(long part, long whole) {
            return whole == 0 ? 100.0 : Math.round(1000.0 * part / whole) / 10.0;
        }

        void end() {
            if (json) {
                all.put("processors", Runtime.getRuntime().availableProcessors());
                out.println(JsonMapper.builder().build().writeValueAsString(all));
            }
        }
    }
}
