/// One parse per program: its syntax trees, and the facts that rules are written on: which outside names a program
/// mentions, whatever alias or computed string it spells them with.
@NullMarked
package dev.sandmill.sandbox.syntax;

import org.jspecify.annotations.NullMarked;
