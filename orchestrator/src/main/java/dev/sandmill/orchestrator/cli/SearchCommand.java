package dev.sandmill.orchestrator.cli;

import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.json.StrictJson;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./sandmill search`: places in the indexed repositories that answer a question.
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Searches the indexed repositories by meaning.")
final class SearchCommand implements Callable<Integer> {
    private static final int SHOWN_LINES = 6;

    private final Connection connection;
    private final Terminal terminal;

    @Parameters(paramLabel = "QUERY", arity = "1..*", description = "what to look for, in words or names")
    private List<String> words = List.of();

    @Option(names = "--repo", paramLabel = "NAME", description = "only in this repository; may be given more than once")
    private List<String> repositories = List.of();

    @Option(names = "--limit", paramLabel = "N", description = "hits at most, 1 to 100; 10 when left out")
    private int limit = SearchQuery.DEFAULT_LIMIT;

    @Option(names = "--json", description = "print the answer as JSON")
    private boolean json;

    SearchCommand(Connection connection, Terminal terminal) {
        this.connection = connection;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        SearchQuery query;
        try {
            query = new SearchQuery(String.join(" ", words), repositories, List.of(), null, limit);
        } catch (IllegalArgumentException wrong) {
            throw new BadUsage(String.valueOf(wrong.getMessage()));
        }
        try (SandmillClient client = connection.open()) {
            SearchAnswer answer = client.search(query);
            if (json) {
                terminal.print(new StrictJson().write(answer));
                return 0;
            }
            answer.hits().forEach(this::show);
            terminal.print(answer.hits().size() + " hits in " + answer.tookMillis() + " ms");
            return answer.hits().isEmpty() ? 1 : 0;
        }
    }

    private void show(SearchHit hit) {
        String symbol = hit.symbol() == null ? "" : "  " + hit.symbol();
        terminal.print(Terminal.harmless(String.format(
                Locale.ROOT,
                "%s %s:%d-%d%s  (%.3f)",
                hit.repository(),
                hit.path(),
                hit.startLine(),
                hit.endLine(),
                symbol,
                hit.score())));
        hit.snippet().lines().limit(SHOWN_LINES).forEach(line -> terminal.print("    " + Terminal.harmless(line)));
        terminal.print("");
    }
}
