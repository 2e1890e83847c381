package dev.sandmill.orchestrator.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemotePolicyTest {
    @TempDir
    private Path temp;

    private RemotePolicy policy = new RemotePolicy(Set.of(), List.of(), Path.of("/nowhere"));

    @BeforeEach
    void folders() throws IOException {
        temp = temp.toRealPath();
        Files.createDirectories(temp.resolve("open/code"));
        Files.createDirectories(temp.resolve("closed"));
        Files.createDirectories(temp.resolve("home/mirrors"));
        Files.createSymbolicLink(temp.resolve("open/link"), temp.resolve("closed"));
        policy = new RemotePolicy(
                Set.of(RemotePolicy.ANY_PUBLIC_HOST, "git.intern.example"),
                List.of(temp.resolve("open")),
                temp.resolve("home"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "code",
                "./code",
                "../code",
                "~/code",
                "-oProxyCommand=id",
                "--upload-pack=id",
                "ext::sh -c id",
                "fd::3",
                "git://93.184.216.34/a.git",
                "http://93.184.216.34/a.git",
                "ftp://93.184.216.34/a.git",
                "git@93.184.216.34:a/b.git",
                "https://user@93.184.216.34/a.git",
                "https://user:pw@93.184.216.34/a.git",
                "ssh://git:pw@93.184.216.34/a.git",
                "ssh://-oProxyCommand=id/a",
                "ssh://-x@93.184.216.34/a",
                "ssh://93.184.216.34/-x",
                "https://93.184.216.34/a/../../b",
                "https://93.184.216.34",
                "https://93.184.216.34/",
                "https://93.184.216.34/a?x=1",
                "https://93.184.216.34/a#x",
                "https:///a.git",
                "https://a b/c",
                "https://93.184.216.34/a\nb",
                "file://host/a",
                "file:a",
                "jar:file:///a",
            })
    void whatIsNoAllowedUrlIsRefused(String url) {
        assertThatThrownBy(() -> policy.check(url, true)).isInstanceOf(RefusedRemote.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/a",
                "https://127.1/a",
                "https://localhost/a",
                "https://0.0.0.0/a",
                "https://10.1.2.3/a",
                "https://172.16.0.1/a",
                "https://192.168.1.1/a",
                "https://169.254.169.254/latest/meta-data",
                "https://100.64.0.1/a",
                "https://[::1]/a",
                "https://[::ffff:127.0.0.1]/a",
                "https://[fe80::1]/a",
                "https://[fd00::1]/a",
                "https://[64:ff9b::7f00:1]/a",
                "https://[2002:7f00:1::]/a",
                "ssh://git@127.0.0.1/a",
            })
    void addressesAroundTheServiceAreRefused(String url) {
        assertThatThrownBy(() -> policy.check(url, true)).isInstanceOf(RefusedRemote.class);
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8,true",
        "100.63.255.255,true",
        "100.64.0.0,false",
        "172.32.0.1,true",
        "198.18.0.1,false",
        "224.0.0.1,false",
        "255.255.255.255,false",
        "2606:4700::1111,true",
        "2001:db8::1,false",
        "::,false"
    })
    void publicIsWhatTheRegistriesCallGlobal(String address, boolean expected) throws IOException {
        assertThat(PublicAddress.is(InetAddress.getByName(address))).isEqualTo(expected);
    }

    @Test
    void aPublicHostIsAllowed() {
        assertThat(policy.check("https://93.184.216.34/a/b.git", false))
                .isEqualTo(new Remote.Network("https://93.184.216.34/a/b.git", "93.184.216.34"));
        assertThat(policy.check("ssh://git@93.184.216.34:2222/a/b.git", false)).isInstanceOf(Remote.Network.class);
    }

    @Test
    void aNamedHostIsAllowedWhateverItsAddress() {
        RemotePolicy named = new RemotePolicy(Set.of("localhost"), List.of(), temp.resolve("home"));
        assertThat(named.check("https://LOCALHOST/a.git", false)).isInstanceOf(Remote.Network.class);
        assertThatThrownBy(() -> named.check("https://93.184.216.34/a.git", false))
                .hasMessageContaining("not an allowed one");
    }

    @Test
    void foldersAreOpenBeneathTheRootsOrForThoseWhoMayReadAny() {
        Path code = temp.resolve("open/code");
        assertThat(policy.check(code.toString(), false)).isEqualTo(new Remote.Local(code));
        assertThat(policy.check("file://" + code, false)).isEqualTo(new Remote.Local(code));
        String closed = temp.resolve("closed").toString();
        assertThatThrownBy(() -> policy.check(closed, false)).hasMessageContaining("may not read");
        assertThat(policy.check(closed, true)).isInstanceOf(Remote.Local.class);
    }

    @Test
    void aLinkOrDotsDoNotLeadOutOfARoot() {
        assertThatThrownBy(() -> policy.check(temp.resolve("open/link").toString(), false))
                .isInstanceOf(RefusedRemote.class);
        assertThatThrownBy(() -> policy.check(temp + "/open/../closed", false)).isInstanceOf(RefusedRemote.class);
    }

    @Test
    void theServicesOwnFolderIsClosedToEverybody() {
        assertThatThrownBy(() -> policy.check(temp.resolve("home/mirrors").toString(), true))
                .hasMessageContaining("folder of this service");
    }

    @Test
    void aMessageNeverRepeatsAPassword() {
        assertThatThrownBy(() -> policy.check("https://u:hunter2@93.184.216.34/a", true))
                .hasMessageNotContaining("hunter2");
        assertThat(Redaction.of("cannot open https://u:hunter2@example.org/a\nnow"))
                .doesNotContain("hunter2", "\n");
    }
}
