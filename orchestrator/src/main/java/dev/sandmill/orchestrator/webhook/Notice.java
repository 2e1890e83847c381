package dev.sandmill.orchestrator.webhook;

/// What a delivery says.
sealed interface Notice {
    /// A ref moved.
    ///
    /// @param ref as in `refs/heads/main`
    /// @param after the commit that it points to now; zeros where the ref is gone
    record Push(String ref, String after) implements Notice {
        private static final String BRANCH = "refs/heads/";

        boolean isBranch() {
            return ref.startsWith(BRANCH);
        }

        String branch() {
            return ref.substring(BRANCH.length());
        }

        boolean isDelete() {
            return after.isEmpty() || after.chars().allMatch(digit -> digit == '0');
        }
    }

    /// A host tries whether anybody listens.
    record Ping() implements Notice {}

    /// Nothing that an index has to know.
    record Ignored(String reason) implements Notice {}

    /// Not what this provider sends.
    record Malformed(String reason) implements Notice {}
}
