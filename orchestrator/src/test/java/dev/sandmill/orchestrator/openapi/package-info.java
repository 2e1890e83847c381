/// Holds the OpenAPI document against the routes, readers and writers that it describes.
@NullMarked
package dev.sandmill.orchestrator.openapi;

import org.jspecify.annotations.NullMarked;
