package dev.sandmill.orchestrator.config;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// `SANDMILL_GIT_HOSTS`: the hosts that repositories may be fetched from. A host that is named may be in a private
/// network; `*` stands for every host with public addresses.
final class GitHosts {
    private static final String NAME = "SANDMILL_GIT_HOSTS";
    private static final int MOST = 1_000;
    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*");

    private GitHosts() {}

    static Set<String> from(Environment env) {
        Set<String> hosts = new TreeSet<>();
        for (String part : env.text(NAME, "*").split(",", -1)) {
            String host = part.trim().toLowerCase(Locale.ROOT);
            if (!host.equals("*") && !HOST.matcher(host).matches()) {
                throw new BadConfiguration(NAME + " has '" + host
                        + "'; it has to be a comma-separated list of host names or addresses without scheme, port or"
                        + " path, or * for every public one");
            }
            hosts.add(host);
        }
        if (hosts.size() > MOST) {
            throw new BadConfiguration(NAME + " has " + hosts.size() + " hosts; at most " + MOST);
        }
        return Set.copyOf(hosts);
    }
}
