/// Who calls: keys, tenants, roles.
@NullMarked
package dev.sandmill.orchestrator.security;

import org.jspecify.annotations.NullMarked;
