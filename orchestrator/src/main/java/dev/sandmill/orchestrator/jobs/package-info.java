/// The way in for every job, whoever brings it: HTTP, a webhook, a new repository.
@NullMarked
package dev.sandmill.orchestrator.jobs;

import org.jspecify.annotations.NullMarked;
