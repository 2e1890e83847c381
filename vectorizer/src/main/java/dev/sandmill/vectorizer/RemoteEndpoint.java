package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.embed.remote.RemoteModel;
import java.net.URI;

/// An embedding model behind an address that speaks OpenAI's `POST /embeddings`. The key is in no text form.
///
/// @param base without the last part: `https://api.openai.com/v1`
/// @param key sent as bearer token; empty sends none
/// @param model by the endpoint's own name
public record RemoteEndpoint(URI base, String key, String model) {
    /// @throws IllegalArgumentException with a message that can be shown, for what cannot be used
    public RemoteEndpoint {
        RemoteModel.of(base, key, model, 1, 1);
    }

    RemoteModel with(int parallelism, int batchSize) {
        return RemoteModel.of(base, key, model, parallelism, batchSize);
    }

    @Override
    public String toString() {
        return model + " at " + base;
    }
}
