/// A table of word pieces in MiniLM's vector space: texts to vectors at the tokenizer's speed, and how it is fitted.
@NullMarked
package dev.sandmill.vectorizer.embed.table;

import org.jspecify.annotations.NullMarked;
