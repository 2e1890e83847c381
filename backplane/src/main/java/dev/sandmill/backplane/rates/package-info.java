/// How often somebody may do something, counted over all processes.
@NullMarked
package dev.sandmill.backplane.rates;

import org.jspecify.annotations.NullMarked;
