package dev.sandmill.backplane.queue;

/// Redis did not answer in time or refused the connection. Whether the step happened is not known.
public final class QueueUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public QueueUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
