/// Text in, vectors stored, code found, behind one face: [dev.sandmill.vectorizer.Vectorizer]. Knows nothing of git,
/// queues or Redis.
@NullMarked
package dev.sandmill.vectorizer;

import org.jspecify.annotations.NullMarked;
