/// `GET /ws`: one connection on which a client follows jobs, repositories, the cache and the pool. Each client has a
/// thread that reads its topics from Redis as fast as the client takes them, so that nobody waits for anybody else.
@NullMarked
package dev.sandmill.orchestrator.socket;

import org.jspecify.annotations.NullMarked;
