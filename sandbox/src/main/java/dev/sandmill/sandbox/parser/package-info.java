/// Parsing sources that nobody trusts in processes of their own: what a source makes a grammar do ends such a
/// process at most, never the service. `docker/parser/PROTOCOL.md` says what goes over the pipes.
@NullMarked
package dev.sandmill.sandbox.parser;

import org.jspecify.annotations.NullMarked;
