/// Whether a program can give another result when it runs again, and why.
@NullMarked
package dev.sandmill.sandbox.determinism;

import org.jspecify.annotations.NullMarked;
