package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.model.VersionComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is known to be wrong with a Docker Engine's runc, by its version. A distribution may have closed a hole in a
/// package of an older version, so this warns and does not refuse.
public final class EngineAudit {
    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,6})\\.([0-9]{1,6})\\.([0-9]{1,6}).*");

    private final DockerConnection docker;

    public EngineAudit(DockerConnection docker) {
        this.docker = docker;
    }

    /// One sentence for each hole.
    ///
    /// @throws RuntimeException when Docker does not answer
    public List<String> warnings() {
        List<VersionComponent> components = docker.client().versionCmd().exec().getComponents();
        return (components == null ? List.<VersionComponent>of() : components)
                .stream()
                        .filter(component -> "runc".equals(component.getName()))
                        .findFirst()
                        .map(runc -> warnings(String.valueOf(runc.getVersion())))
                        .orElseGet(() -> List.of(
                                "Docker does not say which runc it uses; see to it that it is 1.3.3 " + "or newer"));
    }

    static List<String> warnings(String runc) {
        Matcher numbers = VERSION.matcher(runc);
        if (!numbers.matches()) {
            return List.of("runc has version \"" + runc + "\", which cannot be compared; see to it that it is 1.3.3 or "
                    + "newer");
        }
        long version = of(number(numbers, 1), number(numbers, 2), number(numbers, 3));
        List<String> warnings = new ArrayList<>();
        if (version < of(1, 1, 12)) {
            warnings.add(warning(runc, "1.1.12", "CVE-2024-21626 (a leaked handle on the host's files)"));
        }
        if (version < of(1, 2, 8) || version >= of(1, 3, 0) && version < of(1, 3, 3)) {
            warnings.add(warning(
                    runc,
                    "1.2.8 and 1.3.3",
                    "CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881 (races while a container's mounts are made)"));
        }
        return warnings;
    }

    private static String warning(String runc, String fixed, String holes) {
        return "runc " + runc + " is older than " + fixed + ", which closed " + holes
                + "; update it, unless your distribution's package has the fix";
    }

    private static long of(long major, long minor, long patch) {
        return major * 1_000_000_000_000L + minor * 1_000_000L + patch;
    }

    private static long number(Matcher numbers, int group) {
        return Long.parseLong(numbers.group(group));
    }
}
