/// What happened to a job, in order and without gaps, readable from any sequence number.
@NullMarked
package dev.sandmill.backplane.events;

import org.jspecify.annotations.NullMarked;
