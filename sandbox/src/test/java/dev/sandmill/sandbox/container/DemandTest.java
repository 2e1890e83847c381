package dev.sandmill.sandbox.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
    private static final ContainerSpec SPEC = FakeContainers.spec(1 << 28);
    private static final ContainerSpec OTHER = FakeContainers.spec(1 << 27);

    private final Demand demand = new Demand(2, 10);

    private static long at(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000)).toNanos();
    }

    private void takes(ContainerSpec spec, int count, double fromSeconds, double perSecond) {
        for (int i = 0; i < count; i++) {
            demand.taken(spec, at(fromSeconds + i / perSecond));
        }
    }

    @Test
    void aWantedKindHasItsFloorAndAnotherNothing() {
        demand.want(List.of(SPEC), at(0));
        assertThat(demand.target(SPEC, at(0))).isEqualTo(2);
        assertThat(demand.target(OTHER, at(0))).isZero();
    }

    @Test
    void whatIsTakenInTheTimeOfTwoCreationsIsKeptAheadAndForgottenWhenNobodyTakesAnyMore() {
        demand.want(List.of(SPEC), at(0));
        takes(SPEC, 200, 0, 5);
        assertThat(demand.target(SPEC, at(40))).isEqualTo(2 + 3);
        takes(OTHER, 200, 0, 5);
        assertThat(demand.target(OTHER, at(40))).isEqualTo(3);
        assertThat(demand.target(SPEC, at(100))).isEqualTo(2);
        assertThat(demand.target(OTHER, at(100))).isZero();
    }

    @Test
    void slowerCreationsNeedMoreAheadUpToABound() {
        takes(SPEC, 200, 0, 5);
        int usual = demand.target(SPEC, at(40));
        for (int i = 0; i < 30; i++) {
            demand.made(at(0.6));
        }
        assertThat(demand.target(SPEC, at(40))).isEqualTo(2 * usual);
        for (int i = 0; i < 30; i++) {
            demand.made(at(60));
        }
        assertThat(demand.target(SPEC, at(40))).isEqualTo(10);
    }

    @Test
    void theKindThatLacksMostIsNextAndWhatIsBeingMadeCounts() {
        demand.want(List.of(SPEC, OTHER), at(0));
        assertThat(demand.mostNeeded(spec -> spec == SPEC ? 1 : 0, at(0))).contains(OTHER);
        demand.starts(OTHER);
        demand.starts(OTHER);
        assertThat(demand.mostNeeded(spec -> spec == SPEC ? 1 : 0, at(0))).contains(SPEC);
        demand.starts(SPEC);
        assertThat(demand.mostNeeded(spec -> spec == SPEC ? 1 : 0, at(0))).isEmpty();
        demand.started(OTHER);
        assertThat(demand.mostNeeded(spec -> spec == SPEC ? 1 : 0, at(0))).contains(OTHER);
    }
}
