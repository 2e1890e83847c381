@NullMarked
package dev.sandmill.orchestrator.repository;

import org.jspecify.annotations.NullMarked;
