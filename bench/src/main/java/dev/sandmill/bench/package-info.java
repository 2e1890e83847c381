/// Benchmarks, each beside its peer or baseline in the same run. They drive a running service as its users do.
@NullMarked
package dev.sandmill.bench;

import org.jspecify.annotations.NullMarked;
