package dev.sandmill.orchestrator.console;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /`, `/console.js` and `/console.css`: three static files, read once. Their policy lets the page run its own
/// script and talk to its own server, nothing else; output of untrusted programs is shown on it.
@RestController
public final class ConsoleRoutes {
    private static final String CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";
    private static final MediaType SCRIPT = MediaType.valueOf("text/javascript;charset=utf-8");
    private static final MediaType STYLE = MediaType.valueOf("text/css;charset=utf-8");
    private static final MediaType PAGE = MediaType.valueOf("text/html;charset=utf-8");

    private final byte[] page = read("index.html");
    private final byte[] script = read("console.js");
    private final byte[] style = read("console.css");

    @GetMapping("/")
    ResponseEntity<byte[]> page() {
        return answer(PAGE, page);
    }

    @GetMapping("/console.js")
    ResponseEntity<byte[]> script() {
        return answer(SCRIPT, script);
    }

    @GetMapping("/console.css")
    ResponseEntity<byte[]> style() {
        return answer(STYLE, style);
    }

    private static ResponseEntity<byte[]> answer(MediaType type, byte[] content) {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(type);
        headers.set("Content-Security-Policy", CONTENT_POLICY);
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        return ResponseEntity.ok().headers(headers).body(content);
    }

    private static byte[] read(String name) {
        try (InputStream file = ConsoleRoutes.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new FileNotFoundException("the console's " + name + " is not on the class path");
            }
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
