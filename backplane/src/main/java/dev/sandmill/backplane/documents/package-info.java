/// Small JSON documents that all processes share: repositories, webhooks, keys.
@NullMarked
package dev.sandmill.backplane.documents;

import org.jspecify.annotations.NullMarked;
