package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Decides which remotes this service reads: `https:` and `ssh:` URLs of allowed hosts, and folders beneath allowed
/// roots. A host that nobody named is only asked at public addresses, so that a URL is no way into the network around
/// the service. Everything else that git knows (`ext::`, `git:`, `http:`, options) is refused.
///
/// Addresses are checked when a remote is registered and again right before each connection.
public final class RemotePolicy {
    /// Stands for every host with public addresses.
    public static final String ANY_PUBLIC_HOST = "*";

    private static final int MAX_CHARACTERS = 2_048;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}]");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
    private static final Pattern SCP_LIKE = Pattern.compile("[^/:]+@[^/:]+:(?!//).*");

    private final Set<String> allowedHosts;
    private final List<Path> localRoots;
    private final Path home;

    /// @param allowedHosts lower-case names, whatever their addresses; [#ANY_PUBLIC_HOST] adds all public ones
    /// @param localRoots folders beneath which callers without the role admin may name repositories
    /// @param home the service's own folder, which no remote may be in
    public RemotePolicy(Set<String> allowedHosts, List<Path> localRoots, Path home) {
        this.allowedHosts = Set.copyOf(allowedHosts);
        this.localRoots = localRoots.stream()
                .map(root -> root.toAbsolutePath().normalize())
                .toList();
        this.home = home.toAbsolutePath().normalize();
    }

    /// Reads what a caller gave as a repository's URL, or throws [RefusedRemote].
    ///
    /// @param anyLocalPath whether folders outside the local roots are open to the caller
    public Remote check(String url, boolean anyLocalPath) {
        if (url.isBlank() || url.length() > MAX_CHARACTERS || url.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new RefusedRemote("has to be 1 to " + MAX_CHARACTERS + " characters without control characters");
        }
        if (url.startsWith("/")) {
            return local(url, anyLocalPath);
        }
        if (SCP_LIKE.matcher(url).matches()) {
            throw new RefusedRemote("is not a URL; write ssh://USER@HOST/PATH");
        }
        URI uri = parse(url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> file(uri, anyLocalPath);
            case "https", "ssh" -> network(uri, scheme);
            case "" -> throw new RefusedRemote("has to be an absolute path or a file:, https: or ssh: URL");
            default ->
                throw new RefusedRemote("has the scheme \"" + scheme
                        + "\"; only an absolute path and file:, https: and ssh: URLs are allowed");
        };
    }

    /// Of the process that fetches for this one: hosts are checked there once more, at each connection.
    static RemotePolicy ofHosts(Set<String> allowedHosts) {
        return new RemotePolicy(allowedHosts, List.of(), Path.of("/"));
    }

    Set<String> allowedHosts() {
        return allowedHosts;
    }

    /// Throws [RefusedRemote] where a host may not be asked at the addresses that it has right now.
    void requireAllowed(String host) throws UnknownHostException {
        String name = bare(host);
        if (allowedHosts.contains(name)) {
            return;
        }
        if (!allowedHosts.contains(ANY_PUBLIC_HOST)) {
            throw new RefusedRemote("names the host \"" + name + "\", which is not an allowed one");
        }
        for (InetAddress address : InetAddress.getAllByName(name)) {
            if (!PublicAddress.is(address)) {
                throw new RefusedRemote(
                        "names the host \"" + name + "\", whose address is not public; an operator may allow it");
            }
        }
    }

    private Remote network(URI uri, String scheme) {
        String host = uri.getHost();
        if (host == null || !HOST.matcher(host).matches()) {
            throw new RefusedRemote("has no usable host");
        }
        String user = uri.getRawUserInfo();
        if (user != null && (scheme.equals("https") || !USER.matcher(user).matches())) {
            throw new RefusedRemote("must not hold a user or a password"
                    + (scheme.equals("ssh") ? "; a plain user name is allowed before the host" : ""));
        }
        String path = uri.getPath();
        if (path == null || path.length() < 2 || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new RefusedRemote("needs a path and no query or fragment");
        }
        if (path.startsWith("/-") || path.contains("/../") || path.endsWith("/..")) {
            throw new RefusedRemote("has a path that is not allowed");
        }
        try {
            requireAllowed(host);
        } catch (UnknownHostException unknown) {
            throw new RefusedRemote("names the host \"" + bare(host) + "\", which has no address");
        }
        return new Remote.Network(uri.toString(), host);
    }

    private Remote file(URI uri, boolean anyLocalPath) {
        if (uri.isOpaque()
                || (uri.getRawAuthority() != null && !uri.getRawAuthority().isEmpty())) {
            throw new RefusedRemote("has to look like file:///absolute/path");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new RefusedRemote("must not have a query or a fragment");
        }
        return local(uri.getPath(), anyLocalPath);
    }

    private Remote local(String text, boolean anyLocalPath) {
        Path path;
        try {
            path = Path.of(text).toRealPath();
        } catch (IOException | InvalidPathException missing) {
            throw new RefusedRemote("names a folder that is not there or not readable: \"" + text + "\"");
        }
        boolean open = anyLocalPath || localRoots.stream().anyMatch(path::startsWith);
        if (!open) {
            throw new RefusedRemote("names a folder that this key may not read: \"" + text + "\"");
        }
        if (path.startsWith(realHome())) {
            throw new RefusedRemote("names a folder of this service: \"" + text + "\"");
        }
        if (!Files.isDirectory(path) || !Files.isReadable(path)) {
            throw new RefusedRemote("names something that is not a readable folder: \"" + text + "\"");
        }
        return new Remote.Local(path);
    }

    private Path realHome() {
        try {
            return home.toRealPath();
        } catch (IOException notThereYet) {
            return home;
        }
    }

    private static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException unreadable) {
            throw new RefusedRemote("is not a URL");
        }
    }

    private static String bare(String host) {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return name.toLowerCase(Locale.ROOT);
    }
}
