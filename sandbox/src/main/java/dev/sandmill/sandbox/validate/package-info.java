/// Static validation: what a policy refuses before a container is touched. A filter, never the boundary.
@NullMarked
package dev.sandmill.sandbox.validate;

import org.jspecify.annotations.NullMarked;
