/// JSON of the contract: the only place that knows field names. Requests are read strictly, what a server or the queue
/// wrote is read leniently, so that an older reader understands a newer writer.
@NullMarked
package dev.sandmill.api.json;

import org.jspecify.annotations.NullMarked;
