package io.isochrone.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A self-signed certificate for loopback, made anew by the JDK's keytool. Thread-safe: no state. */
final class Certificate {
    private static final char[] PASSWORD = "not a secret".toCharArray();
    private static final String ALIAS = "peer";
    private static final long LIMIT_SECONDS = 30;

    private Certificate() {}

    /** Makes it, ECDSA on P-256, and writes its PEM files into the folder. Throws IOException when keytool fails. */
    static SideConfigs.Pem make(Children children, WorkFolder files) throws IOException, InterruptedException {
        Path folder = files.folder("certificate");
        Path store = folder.resolve("peer.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Child child = children.start(
                List.of(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-sigalg",
                        "SHA256withECDSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD)),
                folder);
        boolean ended = child.awaitEnd(LIMIT_SECONDS);
        children.stop(child);
        if (!ended || !Files.exists(store)) {
            throw new IOException("keytool: no certificate (expected: one): " + child.message());
        }
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            String chain = pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
            String key = pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD).getEncoded());
            return new SideConfigs.Pem(
                    files.write("chain.pem", chain), files.write("key.pem", key), files.write("both.pem", chain + key));
        } catch (GeneralSecurityException e) {
            throw new IOException("keytool: a key store that cannot be read (expected: PKCS12)", e);
        }
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
