package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.store.pinecone.PineconeService;

/// An index at Pinecone. The key is in no text form.
///
/// @param name as Pinecone knows it
/// @param host where its vectors are; empty has Pinecone asked for it
public record PineconeIndex(String name, String host, String key) {
    /// @throws IllegalArgumentException with a message that can be shown, for what cannot be used
    public PineconeIndex {
        new PineconeService(name, host, key);
    }

    PineconeService service() {
        return new PineconeService(name, host, key);
    }

    @Override
    public String toString() {
        return "Pinecone's index " + name;
    }
}
