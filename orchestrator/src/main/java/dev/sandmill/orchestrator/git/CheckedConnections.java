package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;
import org.eclipse.jgit.util.HttpSupport;
import org.jspecify.annotations.Nullable;

/// Connections to allowed hosts only, whatever a server redirects to, whose answers are counted.
record CheckedConnections(RemotePolicy policy, ReceivedBytes received) implements HttpConnectionFactory {
    @Override
    public HttpConnection create(URL url) throws IOException {
        policy.requireAllowed(url.getHost());
        return new Counted(url, received);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        policy.requireAllowed(url.getHost());
        return new Counted(url, proxy, received);
    }

    /// Decompresses answers itself, so that what they become is counted too.
    private static final class Counted extends JDKHttpConnection {
        private static final String SMART = "application/x-git-";

        private final ReceivedBytes received;

        Counted(URL url, ReceivedBytes received) throws IOException {
            super(url);
            this.received = received;
        }

        Counted(URL url, Proxy proxy, ReceivedBytes received) throws IOException {
            super(url, proxy);
            this.received = received;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            InputStream answer = super.getInputStream();
            String type = getContentType();
            if (getResponseCode() == HTTP_OK && (type == null || !type.startsWith(SMART))) {
                answer.close();
                // The other protocol reads files of any size into memory and into the folder for temporary ones.
                throw new NotSupportedException(
                        "the server does not speak git's smart protocol: its answer is of the type " + type);
            }
            String encoding = super.getHeaderField(HttpSupport.HDR_CONTENT_ENCODING);
            boolean isCompressed =
                    encoding != null && encoding.toLowerCase(Locale.ROOT).endsWith("gzip");
            return received.of(isCompressed ? new GZIPInputStream(answer) : answer);
        }

        @Override
        public @Nullable String getHeaderField(String name) {
            return HttpSupport.HDR_CONTENT_ENCODING.equalsIgnoreCase(name) ? null : super.getHeaderField(name);
        }
    }
}
