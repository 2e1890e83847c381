@NullMarked
package dev.sandmill.api.client;

import org.jspecify.annotations.NullMarked;
