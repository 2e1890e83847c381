package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The last look at a container before it is made: what is wrong with its host configuration, one sentence each.
/// Written against the configuration itself, not against the code that fills it in.
final class HardeningAudit {
    private static final Set<Capability> ALLOWED = EnumSet.of(Capability.SETUID, Capability.SETGID, Capability.KILL);
    private static final Set<String> WRITABLE = Set.of("/workspace", "/tmp", "/dev/shm");

    private final List<String> holes = new ArrayList<>();

    private HardeningAudit() {}

    /// @throws IllegalStateException naming every hole
    static void requireClosed(HostConfig host) {
        List<String> holes = holes(host);
        if (!holes.isEmpty()) {
            throw new IllegalStateException("refusing to make a container with holes: " + String.join("; ", holes));
        }
    }

    static List<String> holes(HostConfig host) {
        HardeningAudit audit = new HardeningAudit();
        audit.privileges(host);
        audit.namespaces(host);
        audit.files(host);
        audit.limits(host);
        return List.copyOf(audit.holes);
    }

    private void privileges(HostConfig host) {
        refuseIf(Boolean.TRUE.equals(host.getPrivileged()), "privileged");
        refuseIf(!list(host.getCapDrop()).contains(Capability.ALL), "capabilities are not dropped");
        for (Capability added : list(host.getCapAdd())) {
            refuseIf(!ALLOWED.contains(added), "capability " + added);
        }
        List<String> options = host.getSecurityOpts() == null ? List.of() : host.getSecurityOpts();
        refuseIf(
                options.stream()
                        .noneMatch(option ->
                                option.equals("no-new-privileges:true") || option.equals("no-new-privileges")),
                "no-new-privileges is missing");
        refuseIf(
                options.stream()
                        .noneMatch(option -> option.startsWith("seccomp={") && option.contains("SCMP_ACT_ERRNO")),
                "the seccomp profile is missing");
        for (String option : options) {
            refuseIf(option.endsWith("unconfined") || option.endsWith("disable"), "security option " + option);
        }
    }

    private void namespaces(HostConfig host) {
        refuseIf(!"none".equals(host.getNetworkMode()), "network mode " + host.getNetworkMode());
        refuseIf(shared(host.getPidMode()), "pid mode " + host.getPidMode());
        refuseIf(
                !Set.of("private", "none").contains(String.valueOf(host.getIpcMode())),
                "ipc mode " + host.getIpcMode());
        refuseIf("host".equals(host.getUsernsMode()), "user namespace of the host");
        refuseIf("host".equals(host.getCgroupnsMode()), "cgroup namespace of the host");
        refuseIf(host.getCgroupParent() != null && !host.getCgroupParent().isEmpty(), "a cgroup parent of its own");
        refuseIf(!list(host.getExtraHosts()).isEmpty(), "extra hosts");
        refuseIf(!Hardening.SYSCTLS.equals(host.getSysctls()), "sysctls " + host.getSysctls());
    }

    private static boolean shared(@Nullable String mode) {
        return mode != null && !mode.isEmpty() && !mode.equals("private");
    }

    private void files(HostConfig host) {
        refuseIf(!Boolean.TRUE.equals(host.getReadonlyRootfs()), "the root file system is writable");
        refuseIf(!list(host.getBinds()).isEmpty(), "binds of host folders");
        refuseIf(host.getMounts() != null && !host.getMounts().isEmpty(), "mounts");
        refuseIf(!list(host.getVolumesFrom()).isEmpty(), "volumes of other containers");
        refuseIf(!list(host.getDevices()).isEmpty(), "devices");
        refuseIf(
                host.getDeviceCgroupRules() != null
                        && !host.getDeviceCgroupRules().isEmpty(),
                "device rules");
        Map<String, String> tmpfs = host.getTmpFs() == null ? Map.of() : host.getTmpFs();
        tmpfs.forEach((path, options) -> {
            List<String> set = List.of(options.split(","));
            refuseIf(!WRITABLE.contains(path), "a writable " + path);
            refuseIf(!set.contains("nosuid") || !set.contains("nodev"), path + " without nosuid and nodev");
            refuseIf(
                    !positive(set, "size=") || !positive(set, "nr_inodes="),
                    path + " without a bound on bytes and inodes");
        });
    }

    private static boolean positive(List<String> options, String name) {
        return options.stream()
                .filter(option -> option.startsWith(name))
                .anyMatch(option -> option.substring(name.length()).matches("[1-9][0-9]*"));
    }

    private void limits(HostConfig host) {
        refuseIf(missing(host.getMemory()), "no memory limit");
        refuseIf(
                host.getMemory() == null || !host.getMemory().equals(host.getMemorySwap()),
                "the swap limit differs from the memory limit");
        refuseIf(Boolean.TRUE.equals(host.getOomKillDisable()), "the OOM killer is off");
        refuseIf(host.getOomScoreAdj() == null || host.getOomScoreAdj() < 0, "an OOM score below the host's services");
        refuseIf(missing(host.getNanoCPUs()), "no cpu limit");
        refuseIf(missing(host.getPidsLimit()), "no pids limit");
        List<String> limited = Arrays.stream(host.getUlimits() == null ? new Ulimit[0] : host.getUlimits())
                .filter(limit -> limit.getHardLong() != null && limit.getHardLong() >= 0)
                .map(Ulimit::getName)
                .toList();
        refuseIf(
                Arrays.stream(host.getUlimits() == null ? new Ulimit[0] : host.getUlimits())
                        .anyMatch(limit -> "core".equals(limit.getName())
                                && !Objects.equals(limit.getHardLong(), Hardening.CORE_BYTES)),
                "core dumps reach the host's helper");
        refuseIf(!limited.containsAll(List.of("core", "nofile", "fsize")), "core, nofile or fsize is not limited");
        refuseIf(
                host.getRestartPolicy() != null
                        && !"no".equals(host.getRestartPolicy().getName())
                        && !host.getRestartPolicy().getName().isEmpty(),
                "a restart policy");
    }

    private static boolean missing(@Nullable Long limit) {
        return limit == null || limit <= 0;
    }

    private void refuseIf(boolean hole, String name) {
        if (hole) {
            holes.add(name);
        }
    }

    private static <T> List<T> list(T @Nullable [] array) {
        return array == null ? List.of() : List.of(array);
    }
}
