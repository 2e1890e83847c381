package dev.sandmill.orchestrator.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.vectorizer.BatchReport;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunTallyTest {
    private final RunTally tally = new RunTally();

    @Test
    void aRunWithNothingToTellHasNoMessage() {
        tally.add(1, report(List.of()));

        assertThat(tally.message()).isNull();
    }

    @Test
    void filesThatEndedTheirParserAreNamedAndNoFailures() {
        tally.add(2, report(List.of(new BatchReport.Failure("a.rb", "its parser ended with code 134"))));

        assertThat(tally.message())
                .isEqualTo("1 cut by lines since they ended their parser: a.rb (its parser ended with code 134)");
        assertThat(tally.failures()).isEmpty();
    }

    @Test
    void ofManySuchFilesSomeAreNamedAndAllAreCounted() {
        for (int batch = 0; batch < 3; batch++) {
            tally.add(
                    100,
                    report(IntStream.range(0, 100)
                            .mapToObj(at -> new BatchReport.Failure("file" + at, "reason"))
                            .toList()));
        }

        assertThat(tally.message())
                .startsWith("300 cut by lines")
                .contains("file9 ")
                .endsWith(" and others");
        assertThat(tally.message()).doesNotContain("file10 ");
    }

    private static BatchReport report(List<BatchReport.Failure> cutByLines) {
        return new BatchReport(1, List.of(), List.of(), 1, 1, 0, 0, 0, cutByLines);
    }
}
