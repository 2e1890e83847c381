package dev.sandmill.sandbox.run;

import dev.sandmill.sandbox.container.ImageLookup.BuiltImage;
import java.util.List;

/// A language together with the image it runs in.
public final class InstalledLanguage {
    private final LanguageDefinition definition;
    private final BuiltImage image;

    InstalledLanguage(LanguageDefinition definition, BuiltImage image) {
        this.definition = definition;
        this.image = image;
    }

    LanguageDefinition definition() {
        return definition;
    }

    public BuiltImage image() {
        return image;
    }

    public String name() {
        return definition.name();
    }

    public List<String> aliases() {
        return definition.aliases();
    }

    /// Whether it has sessions.
    public boolean keepsState() {
        return definition.keepsState();
    }

    /// Whether its interpreter is started ahead of programs.
    public boolean isWarm() {
        return definition.isWarm();
    }
}
