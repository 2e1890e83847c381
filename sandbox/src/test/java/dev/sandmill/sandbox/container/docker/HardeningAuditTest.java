package dev.sandmill.sandbox.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.PoolKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HardeningAuditTest {
    private static HostConfig ours() {
        return new Hardening("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", Optional.empty())
                .hostConfig(ContainerSpec.cold(new PoolKey("sha256:0", 1 << 28, 64, 1 << 26, false)));
    }

    @Test
    void ourOwnContainersHaveNoHole() {
        assertThat(HardeningAudit.holes(ours())).isEmpty();
    }

    @Test
    void aKernelAmongTheContainersProcessesGetsRoomAndInitIsToldTheProgramsBounds() {
        ContainerSpec spec = ContainerSpec.cold(new PoolKey("sha256:0", 1 << 28, 64, 1 << 26, false));
        Hardening usual = new Hardening("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", Optional.of("crun"));
        Hardening guest = new Hardening("{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", Optional.of("runsc-systrap"));
        HostConfig host = guest.hostConfig(spec);
        HostConfig runc = usual.hostConfig(spec);
        assertThat(HardeningAudit.holes(host)).isEmpty();
        assertThat(host.getMemory()).isGreaterThan(runc.getMemory() + 66 * (4L << 20));
        assertThat(host.getPidsLimit()).isGreaterThan(66 * 10);
        assertThat(usual.environment(spec)).isEmpty();
        assertThat(guest.environment(spec)).containsExactly("SANDMILL_COUNTED=" + runc.getMemory() + " 66");
    }

    static Stream<Named<UnaryOperator<HostConfig>>> holes() {
        return Stream.of(
                hole("privileged", host -> host.withPrivileged(true)),
                hole("capabilities kept", host -> host.withCapDrop()),
                hole("CAP_SYS_ADMIN", host -> host.withCapAdd(Capability.SYS_ADMIN)),
                hole("CAP_DAC_OVERRIDE", host -> host.withCapAdd(Capability.SETUID, Capability.DAC_OVERRIDE)),
                hole(
                        "no no-new-privileges",
                        host -> host.withSecurityOpts(List.of("seccomp={\"defaultAction\":\"SCMP_ACT_ERRNO\"}"))),
                hole("no seccomp", host -> host.withSecurityOpts(List.of("no-new-privileges:true"))),
                hole(
                        "seccomp that allows",
                        host -> host.withSecurityOpts(
                                List.of("no-new-privileges:true", "seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"))),
                hole(
                        "unconfined",
                        host -> host.withSecurityOpts(List.of("no-new-privileges:true", "seccomp=unconfined"))),
                hole(
                        "apparmor off",
                        host -> host.withSecurityOpts(Stream.concat(
                                        Objects.requireNonNull(host.getSecurityOpts()).stream(),
                                        Stream.of("apparmor=unconfined"))
                                .toList())),
                hole("network", host -> host.withNetworkMode("bridge")),
                hole("host network", host -> host.withNetworkMode("host")),
                hole("default network", host -> host.withNetworkMode(null)),
                hole("host pids", host -> host.withPidMode("host")),
                hole("another's pids", host -> host.withPidMode("container:x")),
                hole("host ipc", host -> host.withIpcMode("host")),
                hole("shareable ipc", host -> host.withIpcMode("shareable")),
                hole("host users", host -> host.withUsernsMode("host")),
                hole("host cgroups", host -> host.withCgroupnsMode("host")),
                hole("extra hosts", host -> host.withExtraHosts("a:1.2.3.4")),
                hole("sysctls", host -> host.withSysctls(Map.of("net.ipv4.ip_forward", "1"))),
                hole("writable root", host -> host.withReadonlyRootfs(false)),
                hole("docker socket", host -> host.withBinds(Bind.parse("/var/run/docker.sock:/var/run/docker.sock"))),
                hole(
                        "a mount",
                        host -> host.withMounts(
                                List.of(new Mount().withSource("/").withTarget("/host")))),
                hole("a device", host -> host.withDevices(Device.parse("/dev/kvm"))),
                hole(
                        "tmpfs over a binary folder",
                        host -> host.withTmpFs(Map.of("/usr/bin", "nosuid,nodev,size=1,nr_inodes=1"))),
                hole("tmpfs with set-uid", host -> host.withTmpFs(Map.of("/tmp", "nodev,size=1,nr_inodes=1"))),
                hole("tmpfs without size", host -> host.withTmpFs(Map.of("/tmp", "nosuid,nodev,nr_inodes=1"))),
                hole("tmpfs of size 0", host -> host.withTmpFs(Map.of("/tmp", "nosuid,nodev,size=0,nr_inodes=1"))),
                hole("tmpfs without inodes", host -> host.withTmpFs(Map.of("/tmp", "nosuid,nodev,size=1"))),
                hole("no memory limit", host -> host.withMemory(null)),
                hole("memory limit 0", host -> host.withMemory(0L).withMemorySwap(0L)),
                hole("swap", host -> host.withMemorySwap(-1L)),
                hole("more swap", host -> host.withMemorySwap(2 * host.getMemory())),
                hole("no OOM killer", host -> host.withOomKillDisable(true)),
                hole("OOM score", host -> host.withOomScoreAdj(-500)),
                hole("no cpu limit", host -> host.withNanoCPUs(null)),
                hole("no pids limit", host -> host.withPidsLimit(null)),
                hole("pids unlimited", host -> host.withPidsLimit(-1L)),
                hole("no ulimits", host -> host.withUlimits(List.of())),
                hole(
                        "core unlimited",
                        host -> host.withUlimits(List.of(
                                new Ulimit("core", -1L, -1L),
                                new Ulimit("nofile", 1L, 1L),
                                new Ulimit("fsize", 1L, 1L)))),
                hole("restarts", host -> host.withRestartPolicy(RestartPolicy.alwaysRestart())));
    }

    private static Named<UnaryOperator<HostConfig>> hole(String name, UnaryOperator<HostConfig> change) {
        return Named.of(name, change);
    }

    @ParameterizedTest
    @MethodSource("holes")
    void everyHoleIsNamedAndRefused(UnaryOperator<HostConfig> change) {
        HostConfig open = change.apply(ours());
        assertThat(HardeningAudit.holes(open)).isNotEmpty();
        assertThatThrownBy(() -> HardeningAudit.requireClosed(open))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holes");
    }
}
