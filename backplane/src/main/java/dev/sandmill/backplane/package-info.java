/// Everything Redis, behind one face: [dev.sandmill.backplane.Backplane]. Opens the rooms below and closes them.
@NullMarked
package dev.sandmill.backplane;

import org.jspecify.annotations.NullMarked;
