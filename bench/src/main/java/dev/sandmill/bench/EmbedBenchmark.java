package dev.sandmill.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Embedding speed: ours beside LangChain4j's in-process models, in one process after another for each number of
/// processors, since ONNX Runtime's native pools are sized at start.
final class EmbedBenchmark implements Benchmark {
    @Override
    public String name() {
        return "embed";
    }

    @Override
    public String description() {
        return "texts per second by all-MiniLM-L6-v2, ours beside LangChain4j's embed loop and embedAll";
    }

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        int processors = Runtime.getRuntime().availableProcessors();
        for (int used = 1; used < processors; used *= 2) {
            runOn(used);
        }
        runOn(processors);
    }

    private static void runOn(int processors) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "0-" + (processors - 1)));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xss4m", "-Xmx2g", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EmbedContest.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        int code = builder.start().waitFor();
        if (code != 0) {
            throw new IOException("measuring on " + processors + " processors ended with exit code " + code);
        }
    }
}
