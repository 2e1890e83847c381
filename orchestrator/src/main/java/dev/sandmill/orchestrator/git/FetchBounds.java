package dev.sandmill.orchestrator.git;

import java.io.IOException;

/// What a remote may send so that it fits a process's heap. Most of it is found out before anything is allocated; what
/// is
/// not ends the process.
///
/// @param heapBytes of the process
record FetchBounds(long heapBytes) {
    /// What git keeps of an object of a pack that it receives.
    private static final int BYTES_FOR_OBJECT = 160;

    /// Of an object, whole or put together from deltas: both it and what it is made from are in memory.
    private static final int SHARE_OF_OBJECT = 2;

    /// Refs and messages become objects of three to four times their size.
    private static final int SHARE_OF_TALK = 16;

    static FetchBounds ofThisProcess() {
        return new FetchBounds(Runtime.getRuntime().maxMemory());
    }

    /// Of a pack, and of a mirror as a whole: whoever reads it has the index of all packs in memory.
    long maxObjects() {
        return heapBytes / BYTES_FOR_OBJECT;
    }

    long maxObjectBytes() {
        return heapBytes / SHARE_OF_OBJECT;
    }

    /// Of what a server says besides the pack: its refs, its messages.
    long maxTalkBytes() {
        return heapBytes / SHARE_OF_TALK;
    }

    /// More than that was sent, or announced. The message is fit for whoever owns the repository.
    static final class Exceeded extends IOException {
        private static final long serialVersionUID = 1L;

        Exceeded(String message) {
            super(message);
        }
    }
}
