/// Containers in Docker: how they are made, audited, attached to and removed.
@NullMarked
package dev.sandmill.sandbox.container.docker;

import org.jspecify.annotations.NullMarked;
