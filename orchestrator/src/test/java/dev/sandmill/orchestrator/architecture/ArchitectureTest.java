package dev.sandmill.orchestrator.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The house's walls: which module may know which, no circles between rooms, and names that say something. Each
/// rule is shown to fail on a sample made to break it.
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.sandmill");

    private static final JavaClasses BROKEN =
            new ClassFileImporter().importPackages("dev.sandmill.orchestrator.architecture.broken");

    @Test
    void theContractKnowsNobody() {
        noClasses()
                .that()
                .resideInAPackage("dev.sandmill.api..")
                .should()
                .dependOnClassesThat(ours("dev.sandmill.api.."))
                .check(MAIN);
    }

    @Test
    void sandboxVectorizerAndBackplaneKnowOnlyTheContract() {
        for (String module : new String[] {"sandbox", "vectorizer", "backplane"}) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.sandmill." + module + "..")
                    .should()
                    .dependOnClassesThat(ours("dev.sandmill.api..", "dev.sandmill." + module + ".."))
                    .check(MAIN);
        }
    }

    @Test
    void onlyTheOrchestratorKnowsSpring() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage("dev.sandmill.orchestrator..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..");
        rule.check(MAIN);
    }

    @Test
    void roomsHaveNoCircles() {
        ArchRule rule = slices().assignedFrom(packages()).should().beFreeOfCycles();
        rule.check(MAIN);
        assertBreaks(rule);
    }

    @Test
    void outsidersSeeAModulesDoorAndNotItsImplementations() {
        noClasses()
                .that()
                .resideInAPackage("dev.sandmill.orchestrator..")
                .should()
                .dependOnClassesThat(behindADoor())
                .check(MAIN);
    }

    /// Rooms of others' implementations; the one thing of theirs that everybody may see is that Redis was away.
    private static DescribedPredicate<JavaClass> behindADoor() {
        return resideInAnyPackage(
                        "dev.sandmill.backplane.redis..",
                        "dev.sandmill.sandbox.container..",
                        "dev.sandmill.sandbox.wire..",
                        "dev.sandmill.sandbox.run..",
                        "dev.sandmill.sandbox.validate..",
                        "dev.sandmill.sandbox.syntax..",
                        "dev.sandmill.vectorizer.embed..",
                        "dev.sandmill.vectorizer.store..",
                        "dev.sandmill.vectorizer.chunk..",
                        "dev.sandmill.vectorizer.search..")
                .and(DescribedPredicate.not(simpleName("RedisUnavailable")));
    }

    /// A worker whose clock jumps neither loses leases nor takes those of others: times are Redis's, or spans.
    @Test
    void theBackplaneReadsNoWallClock() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage("dev.sandmill.backplane..", "..broken..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now");
        rule.check(MAIN);
        assertBreaks(rule);
    }

    @Test
    void namesSayWhatAThingIs() {
        ArchRule rule = noClasses()
                .that()
                .areTopLevelClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
                .orShould()
                .haveNameMatching(".*\\.(Abstract|Base)[A-Z].*");
        rule.check(MAIN);
        assertBreaks(rule);
    }

    @Test
    void classesAreFinalUnlessMadeToBeExtended() {
        classes()
                .that()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areTopLevelClasses()
                .and()
                .doNotHaveSimpleName("package-info")
                .and()
                .areNotAnnotatedWith("org.springframework.context.annotation.Configuration")
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                .orShould()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
                .check(MAIN);
    }

    private static void assertBreaks(ArchRule rule) {
        EvaluationResult result = rule.allowEmptyShould(true).evaluate(BROKEN);
        assertThat(result.hasViolation())
                .as("the rule has to fail on a sample made to break it")
                .isTrue();
    }

    private static DescribedPredicate<JavaClass> ours(String... except) {
        return resideInAPackage("dev.sandmill..").and(DescribedPredicate.not(resideInAnyPackage(except)));
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                return javaClass.getPackageName().startsWith("dev.sandmill")
                        ? SliceIdentifier.of(javaClass.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }
}
