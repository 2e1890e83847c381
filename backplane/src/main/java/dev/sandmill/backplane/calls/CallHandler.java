package dev.sandmill.backplane.calls;

/// Answers one call.
@FunctionalInterface
public interface CallHandler {
    /// @return at most [Calls#MOST_BYTES]
    byte[] answer(byte[] question) throws InterruptedException;
}
