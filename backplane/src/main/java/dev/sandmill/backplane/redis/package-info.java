/// Connections to Redis and the functions that run inside it. Knows no jobs.
@NullMarked
package dev.sandmill.backplane.redis;

import org.jspecify.annotations.NullMarked;
