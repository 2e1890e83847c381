package dev.sandmill.sandbox.hostile;

import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the hostile programs of a theme. Each begins with `### NAME LANGUAGE END[|END…] [OPTION=VALUE…]`; a line
/// `=== prints` separates the source from the exact output. Options: `wall`, `cpu` (milliseconds), `memory`, `disk`
/// (MiB), `pids`, `output` (bytes), `stdin` (bytes), `cold`.
final class AttackBook {
    private static final Limits USUAL = Limits.DEFAULT;
    /// For programs that end by themselves or by another limit, also on a busy machine.
    private static final long PATIENT_WALL_MILLIS = 60_000;

    private AttackBook() {}

    static List<Attack> theme(String theme) {
        List<Attack> attacks = new ArrayList<>();
        for (String entry : ("\n" + read(theme + ".txt")).split("\n### ")) {
            if (!entry.isBlank()) {
                attacks.add(attack(entry));
            }
        }
        return attacks;
    }

    private static String read(String name) {
        try (InputStream book = AttackBook.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(book, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Attack attack(String entry) {
        int line = entry.indexOf('\n');
        String[] words = entry.substring(0, line).split(" ");
        String[] body = entry.substring(line + 1).split("(?m)^=== prints\n", 2);
        Map<String, String> options = new HashMap<>();
        for (String word : Arrays.copyOfRange(words, 3, words.length)) {
            String[] option = word.split("=", 2);
            options.put(option[0], option[1]);
        }
        Limits limits = new Limits(
                take(options, "wall", PATIENT_WALL_MILLIS),
                take(options, "cpu", 2_000),
                take(options, "memory", USUAL.memoryBytes() >> 20) << 20,
                (int) take(options, "pids", USUAL.pids()),
                take(options, "output", USUAL.outputBytes()),
                take(options, "disk", USUAL.diskBytes() >> 20) << 20);
        int stdin = (int) take(options, "stdin", 0);
        boolean cold = take(options, "cold", 0) == 1;
        if (!options.isEmpty()) {
            throw new IllegalArgumentException(words[0] + " has unknown options " + options);
        }
        Set<ProgramStatus> ends = Arrays.stream(words[2].split("\\|"))
                .map(end -> ProgramStatus.valueOf(end.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
        return new Attack(
                words[0], words[1], ends, limits, stdin, cold, body[0], body.length == 2 ? body[1].strip() : null);
    }

    private static long take(Map<String, String> options, String name, long otherwise) {
        String value = options.remove(name);
        return value == null ? otherwise : Long.parseLong(value);
    }
}
