package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.VersionComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an engine must have before any program runs in it: an API that knows what we ask for, the runtime that was
/// configured, and a kernel that keeps the limits. Docker takes a limit that its kernel cannot keep and only warns.
final class EngineRequirements {
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6})");
    private static final int MAJOR = 1;
    private static final int MINOR = 41;

    private EngineRequirements() {}

    /// What is missing, one sentence each.
    static List<String> missing(@Nullable String apiVersion, Info info, Optional<String> runtime, boolean podman) {
        List<String> missing = new ArrayList<>();
        if (podman) {
            missing.add("it is Podman, which takes a seccomp profile only as a file, knows no bound on a tmpfs's inodes"
                    + " and adds writable folders without a bound (docs/engines.md)");
        }
        if (!isEnough(apiVersion)) {
            missing.add("it speaks version " + apiVersion + " of Docker's API; " + MAJOR + "." + MINOR
                    + " (Docker 20.10) or newer is needed");
        }
        Map<String, ?> runtimes = info.getRuntimes() == null ? Map.of() : info.getRuntimes();
        runtime.filter(name -> !runtimes.containsKey(name))
                .ifPresent(name -> missing.add("it has no runtime \"" + name + "\" (SANDBOX_RUNTIME), but "
                        + new TreeSet<>(runtimes.keySet())
                        + "; add it to the engine's configuration or unset SANDBOX_RUNTIME"));
        limit(missing, info.getMemoryLimit(), "memory");
        limit(missing, info.getRawValues().get("PidsLimit"), "process");
        limit(missing, info.getCpuCfsQuota(), "processor");
        List<String> options = info.getSecurityOptions() == null ? List.of() : info.getSecurityOptions();
        if (options.stream().noneMatch(option -> option.contains("seccomp"))) {
            missing.add("its kernel or its build has no seccomp, which closes the usual ways to a kernel defect");
        }
        return missing;
    }

    static boolean isPodman(@Nullable List<VersionComponent> components) {
        return components != null
                && components.stream()
                        .anyMatch(
                                component -> String.valueOf(component.getName()).startsWith("Podman"));
    }

    private static void limit(List<String> missing, @Nullable Object kept, String what) {
        if (!Boolean.TRUE.equals(kept)) {
            missing.add("its kernel keeps no " + what + " limits for containers");
        }
    }

    private static boolean isEnough(@Nullable String apiVersion) {
        Matcher numbers = VERSION.matcher(apiVersion == null ? "" : apiVersion);
        if (!numbers.matches()) {
            return false;
        }
        int major = Integer.parseInt(numbers.group(1));
        return major > MAJOR || major == MAJOR && Integer.parseInt(numbers.group(2)) >= MINOR;
    }
}
