package dev.sandmill.api.json;

/// How large a request may be. Everything is checked while it is read, before it costs anything else.
///
/// @param sourceBytes of `source` and all files together
/// @param files in one request
/// @param stdinBytes of `stdin` and all inputs' `stdin` together
/// @param inputs in one request
/// @param arguments in one `args`
/// @param argumentBytes of one `args` and `env` together, as the kernel counts them
/// @param outputs globs in one request
/// @param batchJobs jobs in one batch
public record RequestBounds(
        long sourceBytes,
        int files,
        long stdinBytes,
        int inputs,
        int arguments,
        long argumentBytes,
        int outputs,
        int batchJobs) {

    public static final RequestBounds DEFAULT =
            new RequestBounds(1L << 20, 1_000, 10L << 20, 100, 1_000, 96L << 10, 100, 1_000);

    public RequestBounds {
        if (sourceBytes < 1 || files < 1 || stdinBytes < 1 || inputs < 1 || arguments < 1 || argumentBytes < 1) {
            throw new IllegalArgumentException("every bound has to be positive");
        }
        if (outputs < 1 || batchJobs < 1) {
            throw new IllegalArgumentException("every bound has to be positive");
        }
    }
}
