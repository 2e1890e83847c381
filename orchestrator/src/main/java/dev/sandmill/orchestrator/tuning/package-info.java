/// How hard this process works: what operators may change about it while it runs.
@NullMarked
package dev.sandmill.orchestrator.tuning;

import org.jspecify.annotations.NullMarked;
