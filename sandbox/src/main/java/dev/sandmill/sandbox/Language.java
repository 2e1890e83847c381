package dev.sandmill.sandbox;

import java.util.List;

/// A language that programs may be written in.
///
/// @param image the immutable id of the image it runs in
/// @param warm whether its interpreter is started ahead of programs
public record Language(String language, String version, List<String> aliases, boolean warm, String image) {
    public Language {
        aliases = List.copyOf(aliases);
    }
}
