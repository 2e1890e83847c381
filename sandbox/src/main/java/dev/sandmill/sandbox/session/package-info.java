/// Sessions: programs' state between calls, each in a container that is its own until it ends. Who may have how many,
/// when they end, and that nothing is left of them then.
@NullMarked
package dev.sandmill.sandbox.session;

import org.jspecify.annotations.NullMarked;
