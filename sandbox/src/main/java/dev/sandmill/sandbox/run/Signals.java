package dev.sandmill.sandbox.run;

import java.util.List;

/// Linux' signals by number, as on x86-64 and arm64.
final class Signals {
    static final int SIGXCPU = 24;
    static final int SIGXFSZ = 25;

    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /// 0 for a name that is none.
    static int number(String name) {
        return name.startsWith("SIG") ? NAMES.indexOf(name.substring(3)) + 1 : 0;
    }

    static String name(int number) {
        return number >= 1 && number <= NAMES.size() ? "SIG" + NAMES.get(number - 1) : "SIG" + number;
    }
}
