package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.api.model.VersionComponent;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is known to be wrong with a Docker Engine: what it lacks is refused, holes are told. A distribution may have
/// closed a hole in a package of an older version, so versions are warned about and not refused.
public final class EngineAudit {
    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,6})\\.([0-9]{1,6})\\.([0-9]{1,6}).*");

    /// Those that are known to keep a container apart.
    private static final Set<String> USUAL_RUNTIMES =
            Set.of("runc", "crun", "youki", "runsc", "kata", "kata-runtime", "kata-fc", "kata-qemu", "kata-clh");

    private final DockerConnection docker;
    private final URI dockerHost;
    private final Optional<String> runtime;

    /// @param runtime that containers will be made with; empty is the engine's default
    public EngineAudit(DockerConnection docker, URI dockerHost, Optional<String> runtime) {
        this.docker = docker;
        this.dockerHost = dockerHost;
        this.runtime = runtime;
    }

    /// One sentence for each hole.
    ///
    /// @throws ContainerUnavailable naming everything that the engine lacks
    /// @throws RuntimeException when Docker does not answer
    public List<String> warnings() throws ContainerUnavailable {
        Version version = docker.client().versionCmd().exec();
        Info info = docker.client().infoCmd().exec();
        List<String> missing = EngineRequirements.missing(
                version.getApiVersion(), info, runtime, EngineRequirements.isPodman(version.getComponents()));
        if (!missing.isEmpty()) {
            throw new ContainerUnavailable(
                    "the engine at " + dockerHost + " cannot be used: " + String.join("; ", missing), null);
        }
        List<String> warnings = new ArrayList<>(runcWarnings(version.getComponents()));
        warnings.addAll(connectionWarnings(dockerHost));
        warnings.addAll(engineWarnings(info, runtime));
        return warnings;
    }

    static List<String> connectionWarnings(URI dockerHost) {
        String host = dockerHost.getHost();
        boolean near = !"tcp".equals(dockerHost.getScheme())
                || "localhost".equals(host)
                || "[::1]".equals(host)
                || host != null && host.matches("127(\\.[0-9]{1,3}){3}");
        return near
                ? List.of()
                : List.of("DOCKER_HOST=" + dockerHost + " has no TLS: whoever can reach " + host
                        + " or listen on the way is root on it; use a socket, a tunnel or a network of its own");
    }

    static List<String> engineWarnings(Info info, Optional<String> runtime) {
        List<String> warnings = new ArrayList<>();
        String usual = String.valueOf(info.getRawValues().get("DefaultRuntime"));
        if (runtime.isEmpty() && !USUAL_RUNTIMES.contains(usual) && !usual.startsWith("io.containerd.")) {
            warnings.add("the engine's default runtime is \"" + usual
                    + "\", which is not known here; name the one to use in SANDBOX_RUNTIME");
        }
        if (runtime.filter(Hardening::isGuestKernel).isPresent()) {
            warnings.add(
                    "the runtime is gVisor's: it does not bound the number of files in /tmp, /workspace and /dev/shm,"
                            + " loads our seccomp profile only with --oci-seccomp, and leaves limits of memory and processes to"
                            + " init, which looks every 2 to 20 ms (docs/engines.md)");
        }
        if (Boolean.FALSE.equals(info.getSwapLimit())) {
            warnings.add("the engine's kernel keeps no swap limits: a program may swap beyond its memory limit; turn"
                    + " swap off, or boot with swapaccount=1");
        }
        if (String.valueOf(info.getOperatingSystem()).contains("Docker Desktop")) {
            warnings.add(
                    "Docker Desktop before 4.44.3 lets containers reach the engine's API (CVE-2025-9074); see to it"
                            + " that it is newer");
        }
        return warnings;
    }

    private static List<String> runcWarnings(@Nullable List<VersionComponent> components) {
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
