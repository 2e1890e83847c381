package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Entry;

/// A row that can be asked for by a name.
///
/// @param name one of a kind within a tenant
public record NamedRow(String name, Entry entry) {}
