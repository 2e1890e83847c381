/// The contract: what a job is, what can come out of it and how it can fail. No behaviour lives here beyond
/// checking that a value makes sense.
@NullMarked
package dev.sandmill.api;

import org.jspecify.annotations.NullMarked;
