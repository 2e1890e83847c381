/// What is source code and what is not, and in which language it is, judged by path and content.
@NullMarked
package dev.sandmill.vectorizer.source;

import org.jspecify.annotations.NullMarked;
