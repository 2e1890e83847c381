package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.PoolKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a sandbox container is closed in.
///
/// @param seccompProfile the profile's JSON itself
/// @param runtime Docker runtime; empty is Docker's default
record Hardening(String seccompProfile, Optional<String> runtime) {
    /// Init, and a warm interpreter with its pages, beside the program's own limit.
    static final long OVERHEAD_BYTES = 24L << 20;
    /// Init and a warm interpreter.
    static final long OVERHEAD_PIDS = 2;

    /// Names of gVisor's runtime begin so. Its kernel is a process among the container's: what that needs is in the
    /// groups of the host, which the container's programs are not, so there the limits of the groups are the last
    /// resort and init keeps the program's (docker/init/src/counted.h).
    private static final String GUEST_KERNEL = "runsc";
    private static final long GUEST_KERNEL_BYTES = 96L << 20;
    private static final long GUEST_KERNEL_BYTES_FOR_A_PROCESS = 4L << 20;
    private static final long GUEST_KERNEL_THREADS = 128;
    private static final long GUEST_KERNEL_THREADS_FOR_A_PROCESS = 12;
    private static final String COUNTED = "SANDMILL_COUNTED";

    private static final long ONE_CPU = 1_000_000_000L;
    private static final long OPEN_FILES = 1024;
    /// Less than a page, so nothing is dumped; and 1, unlike 0, also keeps the host from starting its helper for dumps.
    static final long CORE_BYTES = 1;
    /// What a connection's two buffers may hold; init counts with the same number (docker/init/src/sockets.c).
    static final Map<String, String> SYSCTLS =
            Map.of("net.ipv4.tcp_rmem", "4096 65536 131072", "net.ipv4.tcp_wmem", "4096 65536 131072");

    private static final long INODES = 16_384;
    private static final long SHARED_MEMORY_BYTES = 16L << 20;
    /// Above every service of the host: when the host itself runs out of memory, sandboxes go first.
    private static final int OOM_SCORE = 500;

    HostConfig hostConfig(ContainerSpec spec) {
        PoolKey key = spec.key();
        long pids = pids(spec);
        long memory = memoryBytes(spec);
        if (hasGuestKernel()) {
            memory += GUEST_KERNEL_BYTES + pids * GUEST_KERNEL_BYTES_FOR_A_PROCESS;
            pids = GUEST_KERNEL_THREADS + pids * GUEST_KERNEL_THREADS_FOR_A_PROCESS;
        }
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode("none")
                .withIpcMode("private")
                .withReadonlyRootfs(true)
                .withPrivileged(false)
                .withCapDrop(Capability.ALL)
                .withCapAdd(Capability.SETUID, Capability.SETGID, Capability.KILL)
                .withSecurityOpts(List.of("no-new-privileges:true", "seccomp=" + seccompProfile))
                .withMemory(memory)
                .withMemorySwap(memory)
                .withMemorySwappiness(0L)
                .withOomKillDisable(false)
                .withOomScoreAdj(OOM_SCORE)
                .withNanoCPUs(ONE_CPU)
                .withSysctls(SYSCTLS)
                .withPidsLimit(pids)
                .withTmpFs(Map.of(
                        "/workspace", tmpfs(key.diskBytes(), key.executesFiles() ? ",exec" : ",noexec"),
                        "/tmp", tmpfs(key.diskBytes(), ",noexec"),
                        "/dev/shm", tmpfs(Math.min(key.diskBytes(), SHARED_MEMORY_BYTES), ",noexec")))
                .withUlimits(List.of(
                        new Ulimit("core", CORE_BYTES, CORE_BYTES),
                        new Ulimit("nofile", OPEN_FILES, OPEN_FILES),
                        new Ulimit("fsize", key.diskBytes(), key.diskBytes())))
                .withInit(false)
                .withAutoRemove(false)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE));
        return runtime.map(host::withRuntime).orElse(host);
    }

    /// What init is told at its start.
    List<String> environment(ContainerSpec spec) {
        return hasGuestKernel() ? List.of(COUNTED + "=" + memoryBytes(spec) + " " + pids(spec)) : List.of();
    }

    private boolean hasGuestKernel() {
        return runtime.filter(Hardening::isGuestKernel).isPresent();
    }

    static boolean isGuestKernel(String runtime) {
        return runtime.startsWith(GUEST_KERNEL);
    }

    private static long memoryBytes(ContainerSpec spec) {
        return spec.key().memoryBytes() + OVERHEAD_BYTES + spec.warmBytes();
    }

    private static long pids(ContainerSpec spec) {
        return spec.key().pids() + OVERHEAD_PIDS + spec.warmPids();
    }

    private static String tmpfs(long bytes, String more) {
        return "rw,nosuid,nodev,mode=1777,size=" + bytes + ",nr_inodes=" + INODES + more;
    }
}
