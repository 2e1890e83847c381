/// Syntax trees of hostile text: grammars, a bounded parse, and a walk that cannot overflow the stack.
@NullMarked
package dev.sandmill.vectorizer.syntax;

import org.jspecify.annotations.NullMarked;
