/// Started containers: their pool, their leases, and what a container is to the rest of the sandbox.
@NullMarked
package dev.sandmill.sandbox.container;

import org.jspecify.annotations.NullMarked;
