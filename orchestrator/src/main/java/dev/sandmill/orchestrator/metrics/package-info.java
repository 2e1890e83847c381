/// What a scrape shows.
@NullMarked
package dev.sandmill.orchestrator.metrics;

import org.jspecify.annotations.NullMarked;
