package dev.sandmill.vectorizer.embed;

import java.util.regex.Pattern;

/// Which vectors can be compared with which: two embedders with one `fingerprint` give the same vector for a text.
///
/// @param name for people
/// @param fingerprint over everything that decides a vector: weights, tokenizer, cut, pooling, normalisation
public record ModelId(String name, String fingerprint) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    public ModelId {
        if (!SHAPE.matcher(name).matches() || !SHAPE.matcher(fingerprint).matches()) {
            throw new IllegalArgumentException("model name and fingerprint have to match " + SHAPE + ", not '" + name
                    + "' and '" + fingerprint + "'");
        }
    }
}
