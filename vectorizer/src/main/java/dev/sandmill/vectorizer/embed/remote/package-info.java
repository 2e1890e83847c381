/// Models that LangChain4j speaks to, and this project's own behind LangChain4j's interface.
@NullMarked
package dev.sandmill.vectorizer.embed.remote;

import org.jspecify.annotations.NullMarked;
