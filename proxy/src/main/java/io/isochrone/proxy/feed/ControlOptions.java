package io.isochrone.proxy.feed;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.source.ControlSettings;
import io.isochrone.config.source.OwnAddress;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a node that is fed by a control plane. Not thread-safe; confined to the main thread. */
public final class ControlOptions {
    private static final int FIRST_PORT = 8101;
    private static final int LAST_PORT = 8199;

    @Option(
            names = "--control",
            paramLabel = "URL[,URL]",
            description = "control plane to take the configuration from, https://HOST:PORT; several: replicas")
    private @Nullable String control;

    @Option(
            names = {"--token-file", "--control-token-file"},
            paramLabel = "FILE",
            description = "file with the node's token; read again for every request")
    private @Nullable Path tokenFile;

    @Option(
            names = "--control-ca",
            paramLabel = "FILE",
            description = "PEM file of authorities to trust for the control plane (default: the JDK's)")
    private @Nullable Path ca;

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "where others reach this node (default: --listen, with this machine's address)")
    private @Nullable String advertise;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "where the configuration that runs is kept for a start without control plane (default:"
                    + " ~/.isochrone/NODE)")
    private @Nullable Path state;

    /** Whether there is a control plane. */
    public boolean isUsed() {
        return control != null;
    }

    /** Throws IllegalArgumentException unless the configuration comes from one place, with what that place needs. */
    public void check(@Nullable Path config) {
        if (config == null && control == null) {
            throw new IllegalArgumentException("configuration: none (expected: --config FILE or --control URL)");
        }
        if (config != null && control != null) {
            throw new IllegalArgumentException("--control: beside --config (expected: one of the two)");
        }
        if (control != null && tokenFile == null) {
            throw new IllegalArgumentException("--token-file: missing (expected: a file with the node's token)");
        }
        if (control == null && (tokenFile != null || ca != null || advertise != null || state != null)) {
            throw new IllegalArgumentException("--token-file, --control-ca, --advertise, --state: without --control"
                    + " (expected: --control URL, or none of these)");
        }
    }

    /** How the control plane is reached. Throws IllegalArgumentException that names the option. */
    public ControlSettings settings() {
        Path token = tokenFile;
        String urls = control;
        if (urls == null || token == null) {
            throw new IllegalStateException("not checked");
        }
        try {
            return new ControlSettings(ControlSettings.urls(urls), token, ca);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--control: " + e.getMessage(), e);
        }
    }

    /**
     * Where a gateway listens that was not told: on every address of the machine, or on loopback when the control plane is there too; on
     * the first free port from {@value #FIRST_PORT}.
     */
    public HostPort listen(@Nullable String said) {
        ControlSettings settings = settings();
        if (said == null) {
            String host = OwnAddress.areLoopback(settings.urls()) ? "127.0.0.1" : "0.0.0.0";
            return OwnAddress.free(host, FIRST_PORT, LAST_PORT);
        }
        HostPort at = address("--listen", said);
        return at.port() == 0 ? OwnAddress.free(at.host(), 0, 0) : at;
    }

    /** Where others reach a node that listens at {@code listen}. */
    public HostPort advertised(HostPort listen) {
        if (advertise != null) {
            return address("--advertise", advertise);
        }
        return OwnAddress.isWildcard(listen.host())
                ? new HostPort(OwnAddress.towards(settings().urls()), listen.port())
                : listen;
    }

    /** The same for a router that may not know yet where it listens; null then, unless the operator said it. */
    public @Nullable HostPort advertisedOrNull(@Nullable HostPort listen) {
        return listen == null
                ? (advertise == null ? null : address("--advertise", advertise))
                : listen.port() == 0 && advertise == null ? null : advertised(listen);
    }

    /** The folder for what the node of this name keeps. */
    public Path state(String name) {
        return state != null ? state : Path.of(System.getProperty("user.home"), ".isochrone", name);
    }

    /** Letters, digits and dashes of {@code text}, as names of nodes have them. */
    public static String nameOf(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }

    /** This build, as the control plane is told. */
    public static String software() {
        String version = ControlOptions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Reads an address. Throws IllegalArgumentException that names the option. */
    public static HostPort address(String option, String value) {
        try {
            return HostPort.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }
}
