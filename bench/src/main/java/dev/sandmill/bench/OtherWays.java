package dev.sandmill.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The ways to run a program that ours is compared with, each a process of the host.
final class OtherWays {
    private static final String TAG =
            Optional.ofNullable(System.getenv("SANDMILL_IMAGE_TAG")).orElse("current");
    private static final Path DEBIAN_PYTHON = Path.of("/usr/bin/python3");

    private OtherWays() {}

    private static String image(String language) {
        return "sandmill/" + language + ":" + TAG;
    }

    /// The interpreter that `python3` on the path stands for: what is there may be a version manager's script.
    static String pythonOnThePath() throws IOException, InterruptedException {
        return output(List.of("python3", "-c", "import sys; print(sys.executable)"))
                .strip();
    }

    static Optional<String> debianPython() {
        return Files.isExecutable(DEBIAN_PYTHON) ? Optional.of(DEBIAN_PYTHON.toString()) : Optional.empty();
    }

    static void bare(String interpreter) throws IOException, InterruptedException {
        answers(List.of(interpreter, "-c", TinyProgram.PYTHON_SOURCE));
    }

    static boolean hasBubblewrap() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "bwrap")));
    }

    static void bubblewrap(String interpreter) throws IOException, InterruptedException {
        answers(List.of(
                "bwrap",
                "--unshare-all",
                "--ro-bind",
                "/",
                "/",
                "--proc",
                "/proc",
                "--dev",
                "/dev",
                "--tmpfs",
                "/tmp",
                interpreter,
                "-c",
                TinyProgram.PYTHON_SOURCE));
    }

    static void dockerRun(TinyProgram program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", "run", "--rm", "--network", "none", "--read-only"));
        command.addAll(List.of("--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"));
        command.addAll(List.of("--memory", "256m", "--memory-swap", "256m", "--cpus", "1", "--pids-limit", "64"));
        command.addAll(List.of("--user", "65534", "--entrypoint", "sh", image(program.language())));
        command.addAll(List.of("-c", program.docker()));
        answers(command);
    }

    static Latencies dockerExec(int runs) throws IOException, InterruptedException {
        String container = output(List.of(
                        "docker",
                        "run",
                        "-d",
                        "--rm",
                        "--network",
                        "none",
                        "--entrypoint",
                        "sleep",
                        image("python"),
                        "600"))
                .strip();
        try {
            return Measure.oneByOne(
                    runs,
                    () -> answers(List.of("docker", "exec", container, "python3", "-c", TinyProgram.PYTHON_SOURCE)));
        } finally {
            output(List.of("docker", "rm", "-f", container));
        }
    }

    private static void answers(List<String> command) throws IOException, InterruptedException {
        String answer = output(command);
        if (!answer.equals(TinyProgram.ANSWER)) {
            throw new IllegalStateException(String.join(" ", command) + " answered " + answer);
        }
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + process.exitValue());
        }
        return answer;
    }
}
