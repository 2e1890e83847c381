package dev.sandmill.vectorizer.embed.remote;

import java.net.URI;
import java.time.Duration;

/// An endpoint that speaks OpenAI's `POST /embeddings`, and how it may be used. The key is in no text form.
///
/// @param base without the last part: `https://api.openai.com/v1`
/// @param key sent as bearer token; empty sends none
/// @param model by the endpoint's own name
/// @param parallelism calls at a time, at most; fewer while the endpoint says that it is too much
/// @param batchSize texts per call, at most
/// @param timeout of one call, the answer read included
/// @param firstPause before the second attempt; doubles with each
public record RemoteModel(
        URI base, String key, String model, int parallelism, int batchSize, Duration timeout, Duration firstPause) {
    /// What OpenAI takes in one call.
    static final int MAX_BATCH_SIZE = 2_048;

    public RemoteModel {
        String scheme = String.valueOf(base.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https") || base.getHost() == null) {
            throw new IllegalArgumentException("the endpoint's address has to begin with http:// or https://");
        }
        if (base.getRawUserInfo() != null || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("the endpoint's address must have no user, query or fragment");
        }
        if (!model.matches("[\\w./:@-]{1,128}")) {
            throw new IllegalArgumentException("the model's name '" + model + "' is not one");
        }
        if (key.chars().anyMatch(character -> character <= ' ' || character > '~')) {
            throw new IllegalArgumentException("the endpoint's key has characters that cannot be sent");
        }
        if (parallelism < 1 || batchSize < 1) {
            throw new IllegalArgumentException("parallelism and batchSize have to be at least 1");
        }
    }

    public static RemoteModel of(URI base, String key, String model, int parallelism, int batchSize) {
        return new RemoteModel(base, key, model, parallelism, batchSize, Duration.ofSeconds(60), Duration.ofSeconds(1));
    }

    @Override
    public String toString() {
        return model + " at " + base;
    }
}
