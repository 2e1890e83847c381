/// Results of deterministic programs: their key, and the interface of whoever stores them.
@NullMarked
package dev.sandmill.sandbox.cache;

import org.jspecify.annotations.NullMarked;
