package dev.sandmill.orchestrator.execute;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.orchestrator.jobs.ProgramCheck;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.sandbox.Language;
import dev.sandmill.sandbox.Sandbox;
import java.util.List;
import java.util.Optional;

/// What this version can run, told at the door instead of by a failed job. A process without the execute role does
/// not know the languages and leaves them to the worker, as it does while Docker is away.
public final class SupportedPrograms implements ProgramCheck {
    private final Optional<Sandbox> sandbox;

    public SupportedPrograms(Optional<Sandbox> sandbox) {
        this.sandbox = sandbox;
    }

    @Override
    public void check(ExecuteCode code) {
        List<Language> known = sandbox.map(Sandbox::languages).orElse(List.of());
        if (!known.isEmpty() && known.stream().noneMatch(language -> isNamed(language, code.language()))) {
            throw ApiProblem.badField(
                    "language",
                    "language is '" + shortened(code.language()) + "'; known are "
                            + known.stream().map(Language::language).sorted().toList() + " and their aliases");
        }
    }

    private static boolean isNamed(Language language, String name) {
        return language.language().equals(name) || language.aliases().contains(name);
    }

    private static String shortened(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
