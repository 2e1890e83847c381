package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.vectorizer.store.StoreFailedException;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.pinecone.clients.Pinecone;
import io.pinecone.configs.PineconeConfig;
import io.pinecone.configs.PineconeConnection;
import io.pinecone.exceptions.PineconeException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// An index at Pinecone. The key is in no text form.
///
/// @param index its name
/// @param host where its vectors are, as Pinecone's console shows it; empty asks Pinecone for it
public record PineconeService(String index, String host, String key) {
    private static final int TLS_PORT = 443;
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /// @throws IllegalArgumentException with a message that can be shown, for what cannot be used
    public PineconeService {
        if (!index.matches("[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?")) {
            throw new IllegalArgumentException("the index's name '" + index
                    + "' is not one of Pinecone's: at most 45 lower-case letters, digits and '-'");
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException("Pinecone wants a key");
        }
        if (key.chars().anyMatch(character -> character <= ' ' || character > '~')) {
            throw new IllegalArgumentException("the key has characters that cannot be sent");
        }
        if (!host.isEmpty()) {
            URI address = address(host);
            if (address.getScheme().equals("http") && !THIS_MACHINE.contains(address.getHost())) {
                throw new IllegalArgumentException("the host " + address.getHost()
                        + " would get the key in the clear; http:// is for this machine only");
            }
        }
    }

    private static URI address(String host) {
        try {
            URI address = new URI(host.contains("://") ? host : "https://" + host);
            boolean plain = address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && (address.getRawPath().isEmpty() || address.getRawPath().equals("/"));
            if (plain && address.getHost() != null && address.getScheme().matches("https?")) {
                return address;
            }
        } catch (URISyntaxException unreadable) {
            throw new IllegalArgumentException("the host cannot be read: " + unreadable.getReason(), unreadable);
        }
        throw new IllegalArgumentException("the host has to be like name-abc123.svc.region.pinecone.io");
    }

    /// @throws StoreFailedException where Pinecone does not say which host the index has
    PineconeConnection connect() {
        URI address = address(host.isEmpty() ? lookedUp() : host);
        boolean clear = address.getScheme().equals("http");
        int port = address.getPort() > 0 ? address.getPort() : TLS_PORT;
        ManagedChannelBuilder<?> builder =
                ManagedChannelBuilder.forAddress(address.getHost(), port).keepAliveTime(1, TimeUnit.MINUTES);
        return over((clear ? builder.usePlaintext() : builder.useTransportSecurity()).build());
    }

    PineconeConnection over(ManagedChannel channel) {
        PineconeConfig config = new PineconeConfig(key, "sandmill");
        config.setCustomManagedChannel(channel);
        return new PineconeConnection(config, index);
    }

    private String lookedUp() {
        try {
            return new Pinecone.Builder(key).build().describeIndex(index).getHost();
        } catch (PineconeException failed) {
            throw new StoreFailedException(
                    "Pinecone does not say where its index '" + index + "' is: "
                            + withoutKey(String.valueOf(failed.getMessage()))
                            + "; check PINECONE_INDEX and PINECONE_API_KEY, or name the host with PINECONE_HOST",
                    null);
        }
    }

    /// Whatever a service writes into its errors.
    String withoutKey(String text) {
        return text.replace(key, "***");
    }

    @Override
    public String toString() {
        return "Pinecone's index " + index;
    }
}
