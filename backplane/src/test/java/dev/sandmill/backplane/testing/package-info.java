/// What tests of any module need in order to run against a Redis that is theirs alone.
@NullMarked
package dev.sandmill.backplane.testing;

import org.jspecify.annotations.NullMarked;
