package dev.sandmill.sandbox.validate;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.parser.SharedParsers;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Asks the validator as the service does.
final class Validation {
    private final SyntaxReader reader = new SyntaxReader(SharedParsers.INSTANCE);
    private final SourceValidator validator = new SourceValidator();

    List<Violation> standard(String language, String source) {
        return check(language, source, PolicyLevel.STANDARD);
    }

    List<Violation> check(String language, String source, PolicyLevel level) {
        return validator.check(reader.read(ExecuteCode.of(language, source, Limits.DEFAULT), language), level);
    }

    List<Violation> check(String language, PolicyLevel level, SourceFile... files) {
        ExecuteCode code = new ExecuteCode(
                language,
                null,
                new ArrayList<>(List.of(files)),
                files[0].path(),
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                Limits.DEFAULT,
                level,
                Isolation.AUTO,
                CacheMode.AUTO,
                List.of());
        return validator.check(reader.read(code, language), level);
    }

    static SourceFile file(String path, String text) {
        return new SourceFile(path, Content.utf8(text));
    }
}
