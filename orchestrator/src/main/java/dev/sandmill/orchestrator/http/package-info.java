/// The HTTP surface: routes, errors, request ids. Says what was asked and answered; does nothing itself.
@NullMarked
package dev.sandmill.orchestrator.http;

import org.jspecify.annotations.NullMarked;
