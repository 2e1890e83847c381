package dev.sandmill.orchestrator.cli;

import dev.sandmill.orchestrator.config.Tls;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/// Trusts the one certificate that this instance's service is configured with, by whatever name it is reached.
final class OwnCertificate extends X509ExtendedTrustManager {
    private final X509Certificate certificate;

    private OwnCertificate(X509Certificate certificate) {
        this.certificate = certificate;
    }

    static SSLContext context(Tls tls) {
        try {
            List<X509Certificate> chain = PemContent.load(tls.certificate()).getCertificates();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(tls), new TrustManager[] {new OwnCertificate(chain.getFirst())}, null);
            return context;
        } catch (java.io.IOException | GeneralSecurityException | RuntimeException unreadable) {
            throw new BadUsage("SANDMILL_TLS_… can not be used: " + unreadable.getMessage());
        }
    }

    private static KeyManager[] keys(Tls tls) {
        return tls.client()
                .map(identity -> SslBundle.of(new PemSslStoreBundle(
                                PemSslStoreDetails.forCertificate("file:" + identity.certificate())
                                        .withPrivateKey("file:" + identity.key()),
                                null))
                        .getManagers()
                        .getKeyManagers())
                .orElseGet(() -> new KeyManager[0]);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0 || !certificate.equals(chain[0])) {
            throw new CertificateException("the service shows another certificate than SANDMILL_TLS_CERTIFICATE");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this is not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
