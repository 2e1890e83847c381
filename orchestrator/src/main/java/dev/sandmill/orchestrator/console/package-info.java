/// The console: one page for people, in front of the same HTTP that programs call. It needs no key to load and shows
/// nothing without one.
@NullMarked
package dev.sandmill.orchestrator.console;

import org.jspecify.annotations.NullMarked;
