package io.isochrone.control.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the control plane: HTTP/1.1, bounded in body, header, connections and idle time.
 *
 * <p>Thread-safe: starts once, may be closed from any thread.
 */
public final class ControlServer implements AutoCloseable {
    /** Most bytes of a request's body; more is answered with 413. */
    public static final int MOST_BODY = 4 * 1024 * 1024;

    /** Most bytes of a request's line and headers; more is answered with 431. */
    public static final int MOST_HEADER = 32 * 1024;

    /** Most connections; further ones wait to be accepted until one ends. */
    public static final int MOST_CONNECTIONS = 10_000;

    /** How long a connection may be silent while nobody waits for an answer on it, seconds; it is closed then. */
    public static final int IDLE_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int THREADS = 64;
    /** How long a request's body may take, seconds; a slower one is answered with 408. */
    static final int BODY_SECONDS = 30;

    private static final long STOP_MILLIS = 2_000;
    private static final long STOP_IDLE_MILLIS = 100;

    private final Javalin javalin;

    private ControlServer(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * Starts to listen; throws {@link IllegalStateException} with what to do when the
     * address cannot be had.
     *
     * @param host an address or name of this machine
     * @param port 0 for any
     * @param tls null: without TLS
     */
    public static ControlServer start(
            String host, int port, @Nullable SSLContext tls, Authenticator authenticator, List<Mount> mounts) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
        threads.setName("control-http");
        Dispatch dispatch = new Dispatch(mounts, authenticator, task -> {
            if (threads.isRunning()) {
                threads.execute(task);
            }
        });
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.http.compressionStrategy = CompressionStrategy.NONE;
            config.http.asyncTimeout = 0;
            config.jetty.threadPool = threads;
            config.jetty.addConnector((server, ignored) -> connector(server, host, port, tls));
            config.jetty.modifyServer(server -> {
                server.setErrorHandler(new PlainErrors());
                server.setStopTimeout(STOP_MILLIS);
                server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
            });
            for (HandlerType method : HandlerType.values()) {
                if (method.isHttpMethod()) {
                    config.routes.addHttpHandler(method, "*", dispatch::handle);
                }
            }
        });
        try {
            javalin.start();
        } catch (JavalinBindException e) {
            javalin.stop();
            throw new IllegalStateException(
                    "listen: " + host + ":" + port + " cannot be had: " + e.getMessage()
                            + " (expected: an address of this machine and a free port)",
                    e);
        }
        return new ControlServer(javalin);
    }

    private static ServerConnector connector(Server server, String host, int port, @Nullable SSLContext tls) {
        HttpConfiguration http = new HttpConfiguration();
        http.setRequestHeaderSize(MOST_HEADER);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        ServerConnector connector;
        if (tls == null) {
            connector = new ServerConnector(server, new HttpConnectionFactory(http));
        } else {
            // Nodes and tools call by address and by names that the operator gives: which one does not choose a
            // certificate.
            http.addCustomizer(new SecureRequestCustomizer(false));
            SslContextFactory.Server secure = new SslContextFactory.Server();
            secure.setSslContext(tls);
            secure.setIncludeProtocols("TLSv1.2", "TLSv1.3");
            connector = new ServerConnector(
                    server, new SslConnectionFactory(secure, "http/1.1"), new HttpConnectionFactory(http));
        }
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_SECONDS * 1000L);
        connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
        connector.setReuseAddress(true);
        return connector;
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Stops accepting, gives what is under way two seconds, then closes. */
    @Override
    public void close() {
        try {
            javalin.jettyServer().server().stop();
        } catch (Exception e) { // of answers that did not end in time; all is closed nevertheless
            LOG.info("connections were cut at the stop reason={}", e.toString());
        }
    }
}
