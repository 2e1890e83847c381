/// The protocol with the containers' init: frames and their bytes. `docker/init/PROTOCOL.md` is the reference.
@NullMarked
package dev.sandmill.sandbox.wire;

import org.jspecify.annotations.NullMarked;
