/// Runs code nobody trusts, behind one face: [dev.sandmill.sandbox.Sandbox]. Knows nothing of queues, HTTP or Redis.
@NullMarked
package dev.sandmill.sandbox;

import org.jspecify.annotations.NullMarked;
