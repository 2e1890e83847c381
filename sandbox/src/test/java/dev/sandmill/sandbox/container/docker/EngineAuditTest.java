package dev.sandmill.sandbox.container.docker;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.VersionComponent;
import com.github.dockerjava.core.DockerClientConfig;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineAuditTest {
    @ParameterizedTest
    @CsvSource({
        "1.1.5+ds1, 2",
        "1.1.11,    2",
        "1.1.12,    1",
        "1.2.7,     1",
        "1.2.8,     0",
        "1.2.10,    0",
        "1.3.0,     1",
        "1.3.2,     1",
        "1.3.3,     0",
        "1.4.0,     0",
        "2.0.0,     0",
        "v1.1.4,    2",
        "unknown,   1",
    })
    void everyHoleOfAVersionIsToldWithTheVersionThatClosedIt(String version, int holes) {
        assertThat(EngineAudit.warnings(version)).hasSize(holes).allMatch(warning -> warning.contains(version));
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///var/run/docker.sock, 0",
        "tcp://127.0.0.1:2375,        0",
        "tcp://localhost:2375,        0",
        "tcp://[::1]:2375,            0",
        "tcp://10.0.0.7:2375,         1",
        "tcp://docker:2375,           1",
        "tcp://127.0.0.1.example.org:2375, 1",
    })
    void anEngineAcrossANetworkWithoutTlsIsToldOf(URI dockerHost, int warnings) {
        assertThat(EngineAudit.connectionWarnings(dockerHost)).hasSize(warnings);
    }

    @Test
    void anUnknownDefaultRuntimeMissingSwapLimitsAndDockerDesktopAreToldOf() throws Exception {
        Info info = info("odd", false, "Docker Desktop");
        assertThat(EngineAudit.engineWarnings(info, Optional.empty()))
                .hasSize(3)
                .anyMatch(warning -> warning.contains("\"odd\""))
                .anyMatch(warning -> warning.contains("swap"))
                .anyMatch(warning -> warning.contains("CVE-2025-9074"));
        assertThat(EngineAudit.engineWarnings(usable(), Optional.empty())).isEmpty();
        assertThat(EngineAudit.engineWarnings(usable(), Optional.of("crun"))).isEmpty();
        assertThat(EngineAudit.engineWarnings(usable(), Optional.of("runsc-kvm")))
                .singleElement(as(STRING))
                .contains("--oci-seccomp", "files");
    }

    @Test
    void whatAnEngineMustHaveIsNamedWhereItIsMissing() throws Exception {
        assertThat(EngineRequirements.missing("1.41", usable(), Optional.of("crun"), false))
                .isEmpty();
        assertThat(EngineRequirements.missing("2.0", usable(), Optional.empty(), false))
                .isEmpty();
        assertThat(EngineRequirements.missing("1.40", usable(), Optional.empty(), false))
                .singleElement(as(STRING))
                .contains("1.40", "1.41", "20.10");
        assertThat(EngineRequirements.missing(null, usable(), Optional.empty(), false))
                .hasSize(1);
        assertThat(EngineRequirements.missing("1.44", usable(), Optional.of("runsc"), false))
                .singleElement(as(STRING))
                .contains("\"runsc\"", "[crun, runc]", "SANDBOX_RUNTIME");
        assertThat(EngineRequirements.missing("1.44", new Info(), Optional.empty(), false))
                .hasSize(4)
                .anyMatch(missing -> missing.contains("memory"))
                .anyMatch(missing -> missing.contains("process"))
                .anyMatch(missing -> missing.contains("processor"))
                .anyMatch(missing -> missing.contains("seccomp"));
    }

    @Test
    void podmanIsRefusedByName() throws Exception {
        VersionComponent engine = new VersionComponent().withName("Podman Engine");
        VersionComponent other = new VersionComponent().withName("Engine");
        assertThat(EngineRequirements.isPodman(List.of(engine))).isTrue();
        assertThat(EngineRequirements.isPodman(List.of(other))).isFalse();
        assertThat(EngineRequirements.missing("1.41", usable(), Optional.empty(), true))
                .singleElement(as(STRING))
                .contains("Podman", "docs/engines.md");
    }

    private static Info usable() throws JsonProcessingException {
        return info("runc", true, "");
    }

    /// As an engine answers.
    private static Info info(String defaultRuntime, boolean swapLimit, String system) throws JsonProcessingException {
        return DockerClientConfig.getDefaultObjectMapper()
                .readValue("""
                        {"Runtimes":{"runc":{"path":"runc"},"crun":{"path":"/usr/bin/crun"}},"DefaultRuntime":"%s",
                         "MemoryLimit":true,"SwapLimit":%s,"CpuCfsQuota":true,"PidsLimit":true,
                         "OperatingSystem":"%s","SecurityOptions":["name=seccomp,profile=default"]}
                        """.formatted(defaultRuntime, swapLimit, system), Info.class);
    }
}
