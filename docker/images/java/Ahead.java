package dev.sandmill.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// The Java half of a program's start: which class, with which arguments.
final class Ahead {
    /// Has the name of the class to start, as the compiler found it.
    static final String MAIN_FILE = ".sandmill-main";

    private Ahead() {}

    /// The program that is started before every other one: does what nearly all do.
    public static void main(String[] arguments) {
        System.out.print("");
    }

    /// @param words output folder, the program's file without its ending, arguments
    static String mainClass(byte[] words) throws IOException {
        String[] given = split(words);
        Path told = Path.of(given[0], MAIN_FILE);
        String name = Files.isRegularFile(told) ? Files.readString(told) : given[1];
        System.setProperty("java.class.path", given[0]);
        System.setProperty("sun.java.command", String.join(" ", name, String.join(" ", arguments(words))).strip());
        return name;
    }

    static String[] arguments(byte[] words) {
        String[] given = split(words);
        return Arrays.copyOfRange(given, 2, given.length);
    }

    private static String[] split(byte[] words) {
        String text = new String(words, StandardCharsets.UTF_8);
        return text.substring(0, text.length() - 1).split("\0", -1);
    }
}
