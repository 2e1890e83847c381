/// Repositories that are kept searchable: their registry, their routes, and search over them.
@NullMarked
package dev.sandmill.orchestrator.repository;

import org.jspecify.annotations.NullMarked;
