/// Questions from one process to another that it names, over Redis: no process needs to know another's address.
@NullMarked
package dev.sandmill.backplane.calls;

import org.jspecify.annotations.NullMarked;
