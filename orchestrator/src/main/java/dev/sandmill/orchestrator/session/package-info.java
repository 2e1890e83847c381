/// Sessions over HTTP: a program's state kept between calls. They live in the process that opened them, and every
/// process of the pool answers for them.
@NullMarked
package dev.sandmill.orchestrator.session;

import org.jspecify.annotations.NullMarked;
