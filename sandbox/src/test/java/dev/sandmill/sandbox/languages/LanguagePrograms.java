package dev.sandmill.sandbox.languages;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// One language's entry in `programs.yaml`, which says what each program does.
record LanguagePrograms(
        String hello,
        String echo,
        String args,
        String env,
        String exit,
        String failure,
        @Nullable ProgramStatus failureStatus,
        String broken,
        @Nullable ProgramStatus brokenStatus,
        String endless,
        @Nullable Long loopMillis,
        String bomb,
        @Nullable ProgramStatus bombStatus,
        Map<String, String> files) {
    private static final long LOOP_MILLIS = 400;

    LanguagePrograms {
        failureStatus = failureStatus == null ? ProgramStatus.NONZERO_EXIT : failureStatus;
        brokenStatus = brokenStatus == null ? ProgramStatus.NONZERO_EXIT : brokenStatus;
        bombStatus = bombStatus == null ? ProgramStatus.MEMORY_LIMIT : bombStatus;
        loopMillis = loopMillis == null ? Long.valueOf(LOOP_MILLIS) : loopMillis;
    }

    static Map<String, LanguagePrograms> load() {
        YAMLMapper yaml = YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        try (InputStream resource = LanguagePrograms.class.getResourceAsStream("programs.yaml")) {
            return new TreeMap<>(yaml.readValue(resource, new TypeReference<Map<String, LanguagePrograms>>() {}));
        } catch (IOException unreadable) {
            throw new IllegalStateException("programs.yaml cannot be read", unreadable);
        }
    }

    /// A request without validation and without the result cache.
    static ExecuteCode request(
            String language,
            @Nullable String source,
            Map<String, String> files,
            List<String> args,
            String stdin,
            Map<String, String> env,
            Limits limits) {
        return new ExecuteCode(
                language,
                source,
                files.entrySet().stream()
                        .map(file -> new SourceFile(file.getKey(), Content.utf8(file.getValue())))
                        .toList(),
                null,
                args,
                Content.utf8(stdin),
                env,
                List.of(),
                limits,
                PolicyLevel.OFF,
                Isolation.AUTO,
                CacheMode.OFF,
                List.of());
    }
}
