package dev.sandmill.sandbox.session;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Violation;
import java.util.List;

/// The static validation that every source passes before it is run.
@FunctionalInterface
public interface SourceCheck {
    /// @param language the canonical name
    Checked check(ExecuteCode code, String language);

    /// @param broken whether the grammar did not know all of it
    record Checked(List<Violation> violations, boolean broken) {
        public Checked {
            violations = List.copyOf(violations);
        }
    }
}
