package dev.sandmill.orchestrator.session;

import dev.sandmill.api.PolicyLevel;

/// What somebody who may wants of a session, wherever it lives. The roles were checked, and the rates.
///
/// @param id empty where a session is opened, or all are listed
/// @param path of a file, else empty
record SessionCall(Action action, String id, String tenant, PolicyLevel policy, String path) {
    enum Action {
        OPEN,
        LIST,
        VIEW,
        CLOSE,
        EXECUTE,
        PUT,
        FETCH
    }

    SessionCall(Action action, String id, String tenant) {
        this(action, id, tenant, PolicyLevel.STANDARD, "");
    }
}
