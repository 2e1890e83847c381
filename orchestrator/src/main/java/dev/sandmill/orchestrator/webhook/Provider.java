package dev.sandmill.orchestrator.webhook;

/// Who sends a webhook.
public enum Provider {
    GITHUB,
    GITLAB,
    GITEA,
    BITBUCKET,
    GENERIC
}
