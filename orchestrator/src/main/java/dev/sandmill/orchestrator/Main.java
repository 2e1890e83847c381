package dev.sandmill.orchestrator;

import dev.sandmill.orchestrator.cli.CommandLineClient;
import dev.sandmill.orchestrator.config.BadConfiguration;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.PrintStream;
import java.util.Map;

/// The program's door: `serve` starts the service, everything else is the command line.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.err));
    }

    static int run(String[] args, Map<String, String> environment, PrintStream errors) {
        try {
            ServiceConfig config = ServiceConfig.from(environment);
            if (args.length == 1 && args[0].equals("serve")) {
                return Service.serve(config, errors);
            }
            return CommandLineClient.run(config, args);
        } catch (BadConfiguration bad) {
            errors.println("sandmill: " + bad.getMessage());
            return 2;
        }
    }
}
