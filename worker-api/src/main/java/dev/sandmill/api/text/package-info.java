/// How values are written for people. The JSON of the contract is not here.
@NullMarked
package dev.sandmill.api.text;

import org.jspecify.annotations.NullMarked;
