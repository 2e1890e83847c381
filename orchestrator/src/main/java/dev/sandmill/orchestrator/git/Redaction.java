package dev.sandmill.orchestrator.git;

import java.util.regex.Pattern;

/// Foreign text made fit for a message: without credentials in URLs, on one line, short.
final class Redaction {
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
    private static final int MAX_CHARACTERS = 300;

    private Redaction() {}

    static String of(String text) {
        String line =
                CONTROL.matcher(USER_INFO.matcher(text).replaceAll("***@")).replaceAll(" ");
        return line.length() > MAX_CHARACTERS ? line.substring(0, MAX_CHARACTERS) + "…" : line;
    }
}
