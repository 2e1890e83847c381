package dev.sandmill.orchestrator.socket;

/// Is told what becomes of connections and of their frames, for counters and clocks. Called on the clients' threads, so
/// it has to be quick and must not throw.
public interface SocketMeter {
    /// A frame was handed to the connection.
    void sent(long nanos);

    /// Frames that no client of this connection will get.
    void dropped(Dropped why, long frames);

    /// A connection is over, whoever closed it.
    ///
    /// @param code of RFC 6455, section 7.4
    void closed(int code);

    /// Why a frame was not sent.
    enum Dropped {
        /// Something newer of its topic came before its turn.
        PROGRESS,
        /// The topic's log no longer held it when the client came for it.
        TRIMMED
    }
}
