package dev.sandmill.orchestrator;

import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/// The service as a process: starts it, and stays until it is told to stop.
final class Service {
    private Service() {}

    static int serve(ServiceConfig config, PrintStream errors) {
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            Files.createDirectories(config.home());
            start(config)
                    .addApplicationListener((ApplicationListener<ContextClosedEvent>) closed -> stopped.countDown());
            LoggerFactory.getLogger(Service.class).info("serving {}", config);
            stopped.await();
            return 0;
        } catch (PortInUseException taken) {
            errors.println("sandmill: port " + taken.getPort() + " on " + config.bind()
                    + " is in use; stop what uses it or set SANDMILL_PORT");
            return 3;
        } catch (IOException unusable) {
            errors.println("sandmill: SANDMILL_HOME " + config.home() + " is not usable: " + unusable.getMessage());
            return 3;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (RuntimeException failed) {
            errors.println("sandmill: the service did not start: " + rootMessage(failed));
            return 3;
        }
    }

    /// Starts the service in this process and returns when it answers.
    static ConfigurableApplicationContext start(ServiceConfig config) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("server.port", config.port());
        settings.put("server.address", config.bind());
        config.tls().ifPresent(tls -> settings.putAll(TlsSettings.of(tls)));
        SpringApplication application = new SpringApplication(Wiring.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setLogStartupInfo(false);
        application.setDefaultProperties(settings);
        application.addInitializers(context -> context.getBeanFactory().registerSingleton("serviceConfig", config));
        return application.run();
    }

    private static String rootMessage(Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
