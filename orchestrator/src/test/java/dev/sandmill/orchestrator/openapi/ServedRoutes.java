package dev.sandmill.orchestrator.openapi;

import dev.sandmill.orchestrator.http.OpenApiRoute;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/// The routes that the orchestrator's compiled classes declare, as `METHOD /path`.
final class ServedRoutes {
    private static final String ROOM = "dev/sandmill/orchestrator";

    private ServedRoutes() {}

    static Set<String> all() {
        Set<String> routes = new TreeSet<>();
        for (Class<?> controller : controllers()) {
            List<String> prefixes = paths(AnnotatedElementUtils.findMergedAnnotation(controller, RequestMapping.class));
            for (Method method : controller.getDeclaredMethods()) {
                RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
                if (mapping == null) {
                    continue;
                }
                if (mapping.method().length == 0) {
                    throw new IllegalStateException(method + " answers to every method; name the ones it is for");
                }
                for (String prefix : prefixes) {
                    for (String path : paths(mapping)) {
                        for (RequestMethod verb : mapping.method()) {
                            // OpenAPI has no word for a variable that takes the rest of a path.
                            routes.add(verb + " " + prefix + path.replace("{*", "{"));
                        }
                    }
                }
            }
        }
        return routes;
    }

    private static List<String> paths(@org.jspecify.annotations.Nullable RequestMapping mapping) {
        return mapping == null || mapping.path().length == 0 ? List.of("") : Arrays.asList(mapping.path());
    }

    private static List<? extends Class<?>> controllers() {
        try {
            Path classes = Path.of(OpenApiRoute.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(classes.resolve(ROOM))) {
                return files.filter(file -> file.toString().endsWith(".class"))
                        .map(file -> loaded(classes.relativize(file)))
                        .filter(type -> type.isAnnotationPresent(RestController.class))
                        .toList();
            }
        } catch (IOException | URISyntaxException unreadable) {
            throw new IllegalStateException("the compiled classes can not be listed", unreadable);
        }
    }

    private static Class<?> loaded(Path file) {
        String name = file.toString().replace('/', '.').replaceFirst("\\.class$", "");
        try {
            return Class.forName(name, false, ServedRoutes.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(name + " lies on the class path but can not be loaded", impossible);
        }
    }
}
