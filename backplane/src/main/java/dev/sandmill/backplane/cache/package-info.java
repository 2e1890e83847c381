/// Byte caches in two tiers: this process in front of Redis. Redis away is a miss, never an error.
@NullMarked
package dev.sandmill.backplane.cache;

import org.jspecify.annotations.NullMarked;
