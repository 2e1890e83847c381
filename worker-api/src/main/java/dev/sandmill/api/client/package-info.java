/// The Java client of a Sandmill server: [dev.sandmill.api.client.HttpSandmillClient].
@NullMarked
package dev.sandmill.api.client;

import org.jspecify.annotations.NullMarked;
