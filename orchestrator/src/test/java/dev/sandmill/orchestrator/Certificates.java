package dev.sandmill.orchestrator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An authority and what it signs, as PEM files, made by the real `openssl`.
final class Certificates {
    private final Path folder;
    private final String name;

    private Certificates(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    static Certificates authority(Path folder, String name) throws IOException, InterruptedException {
        Certificates made = new Certificates(folder, name);
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                made.key(name).toString(),
                "-out",
                made.authority().toString());
        return made;
    }

    Path authority() {
        return certificate(name);
    }

    Path certificate(String of) {
        return folder.resolve(of + ".crt");
    }

    Path key(String of) {
        return folder.resolve(of + ".key");
    }

    /// Signs one for 127.0.0.1 and a name.
    Certificates sign(String of) throws IOException, InterruptedException {
        Path request = folder.resolve(of + ".csr");
        Path extensions = Files.writeString(folder.resolve("extensions"), "subjectAltName=IP:127.0.0.1,DNS:localhost");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + of,
                "-keyout",
                key(of).toString(),
                "-out",
                request.toString());
        openssl(
                "x509",
                "-req",
                "-days",
                "2",
                "-CAcreateserial",
                "-in",
                request.toString(),
                "-CA",
                authority().toString(),
                "-CAkey",
                key(name).toString(),
                "-extfile",
                extensions.toString(),
                "-out",
                certificate(of).toString());
        return this;
    }

    private static void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("openssl"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(line + ": " + said);
        }
    }
}
