/// Programs that mean harm, run in real containers with validation off, and what has to hold after each of them.
@NullMarked
package dev.sandmill.sandbox.hostile;

import org.jspecify.annotations.NullMarked;
