/// Every language with its real image: what programs in it may rely on.
@NullMarked
package dev.sandmill.sandbox.languages;

import org.jspecify.annotations.NullMarked;
