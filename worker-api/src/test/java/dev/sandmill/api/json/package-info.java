@NullMarked
package dev.sandmill.api.json;

import org.jspecify.annotations.NullMarked;
