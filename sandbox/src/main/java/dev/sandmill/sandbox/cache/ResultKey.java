package dev.sandmill.sandbox.cache;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.SourceFile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// SHA-256, in hex, of everything that decides a program's result, the tenant included.
public record ResultKey(String value) {
    private static final String FORMAT = "sandmill-result-1";

    /// @param language the canonical name, so that aliases share results
    /// @param image the image's immutable id
    /// @param policyVersion of the validator that let the program pass
    public static ResultKey of(String tenant, String language, String image, String policyVersion, ExecuteCode code) {
        return new ResultKey(
                digest(tenant, language, image, policyVersion, code).sha256());
    }

    /// Of what a reading of the program depends on: its sources and the names of its environment, not what it is given.
    public static ResultKey ofProgram(String language, ExecuteCode code) {
        KeyDigest digest = sources(new KeyDigest().text("program").text(language), code);
        code.env().keySet().stream().sorted().forEach(digest::text);
        return new ResultKey(digest.sha256());
    }

    private static KeyDigest sources(KeyDigest digest, ExecuteCode code) {
        digest.text(code.policy().name())
                .text(code.source())
                .text(code.entrypoint())
                .number(code.files().size());
        code.files().stream()
                .sorted(Comparator.comparing(SourceFile::path))
                .forEach(file -> digest.text(file.path()).content(file.content()));
        return digest;
    }

    /// Isolation and cache mode are left out: neither changes what a deterministic program answers.
    static KeyDigest digest(String tenant, String language, String image, String policyVersion, ExecuteCode code) {
        KeyDigest digest = new KeyDigest()
                .text(FORMAT)
                .text(tenant)
                .text(language)
                .text(image)
                .text(policyVersion);
        sources(digest, code);
        texts(digest, code.args()).content(code.stdin()).number(code.env().size());
        code.env().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> digest.text(entry.getKey()).text(entry.getValue()));
        digest.number(code.inputs().size());
        for (ProgramInput input : code.inputs()) {
            texts(digest.content(input.stdin()), input.args());
        }
        Limits limits = code.limits();
        digest.number(limits.wallMillis())
                .number(limits.cpuMillis())
                .number(limits.memoryBytes())
                .number(limits.pids())
                .number(limits.outputBytes())
                .number(limits.diskBytes());
        return texts(digest, code.outputs());
    }

    private static KeyDigest texts(KeyDigest digest, List<String> texts) {
        digest.number(texts.size());
        texts.forEach(digest::text);
        return digest;
    }
}
