/// One program, from a request to the truth about its end.
@NullMarked
package dev.sandmill.sandbox.run;

import org.jspecify.annotations.NullMarked;
