package dev.sandmill.vectorizer.store;

/// What a posting belongs to: one branch of one repository of one tenant.
public record Partition(String tenant, String repository, String branch) {
    private static final int MAX_CHARACTERS = 1024;

    public Partition {
        check("tenant", tenant);
        check("repository", repository);
        check("branch", branch);
    }

    private static void check(String what, String name) {
        if (name.isEmpty() || name.length() > MAX_CHARACTERS || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    what + " has to have 1 to " + MAX_CHARACTERS + " characters and no NUL, not '" + name + "'");
        }
    }
}
