package io.isochrone.control;

import io.isochrone.config.model.HostPort;
import io.isochrone.control.store.EtcdOptions;
import io.isochrone.control.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that runs a control plane. Not thread-safe; confined to the main thread. */
@Command(
        name = "control",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the control plane: takes changes by the management API, the page and the commands,",
            "keeps them, and feeds the nodes. Nodes serve without it."
        },
        footer = {
            "",
            "The first start makes in the data folder: ca.pem (to be trusted by whoever connects),",
            "operator.token (may do everything; give each operator a token of their own and take it back),",
            "secrets.key and ca.key (keep copies apart from those of control.db).",
            "SIGTERM stops it. Exit codes: 0 stopped, 2 bad options, folder, certificate or address.",
            "",
            "Examples:",
            "  isochrone control                                    on this machine only, in ./control-data",
            "  isochrone control --listen 0.0.0.0:8443 --name control.example.com --data /var/lib/isochrone",
            "  isochrone control --etcd http://10.0.0.1:2379,http://10.0.0.2:2379,http://10.0.0.3:2379",
            "  isochrone control token create --role operator --name alice",
            "                                                       while it is stopped: when no token is left"
        },
        subcommands = ControlToken.class)
public final class ControlMain implements Callable<Integer> {
    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8443",
            description = "where to listen (${DEFAULT-VALUE})")
    private String listen;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "control-data",
            description = "state, keys and certificates (${DEFAULT-VALUE})")
    private Path data;

    @Option(
            names = "--name",
            paramLabel = "HOST",
            description = "a further name or address that the certificate is for; may be repeated")
    private List<String> names = new ArrayList<>();

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "your own certificate and its issuers, PEM")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "its key, PEM; both are looked at every 2 s")
    private @Nullable Path key;

    @Option(
            names = "--domain",
            paramLabel = "NAME",
            defaultValue = "isochrone.internal",
            description = "services are shown as SERVICE.NAME (${DEFAULT-VALUE})")
    private String domain;

    @Option(
            names = "--operation-timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "how long nodes may take to follow a change before it fails (${DEFAULT-VALUE})")
    private int operationSeconds;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "how long a removed region may take to become idle (${DEFAULT-VALUE})")
    private int drainSeconds;

    @Option(
            names = "--etcd",
            paramLabel = "URL",
            split = ",",
            description = "members of the etcd cluster that keeps everything, parted by commas; without it a file in"
                    + " --data does. Several control planes may share a cluster, with the same secrets.key")
    private List<String> etcd = new ArrayList<>();

    @Option(
            names = "--etcd-ca",
            paramLabel = "FILE",
            description = "PEM file of the authorities of https:// members (those that Java trusts)")
    private @Nullable Path etcdAuthorities;

    @Option(names = "--etcd-user", paramLabel = "NAME", description = "who to sign in to etcd as (nobody)")
    private @Nullable String etcdUser;

    @Option(names = "--etcd-password-file", paramLabel = "FILE", description = "file with that user's password")
    private @Nullable Path etcdPassword;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Control control;
        try {
            control = Control.start(options());
        } catch (IOException | StoreException | IllegalArgumentException | IllegalStateException e) {
            err.println("isochrone: " + e.getMessage());
            err.flush();
            return 2;
        }
        PrintWriter out = spec.commandLine().getOut();
        HostPort where = HostPort.parse(listen);
        out.println("control plane on https://" + new HostPort(where.host(), control.port()));
        if (control.authorityFile() != null) {
            out.println("trust " + control.authorityFile());
        }
        if (Files.exists(control.tokenFile())) {
            out.println("operator's token in " + control.tokenFile() + (control.isTokenMade() ? " (made now)" : ""));
        }
        out.println("page at https://" + new HostPort(where.host(), control.port()) + "/portal/");
        out.flush();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(control), "stop"));
        new CountDownLatch(1).await();
        return 0;
    }

    /** A control plane that was told to stop has done so: it exits with 0, not with the signal's code that the JVM would choose. */
    private static void stop(Control control) {
        control.close();
        Runtime.getRuntime().halt(0);
    }

    private ControlOptions options() throws IOException {
        HostPort where;
        try {
            where = HostPort.parse(listen);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--listen: " + e.getMessage(), e);
        }
        return new ControlOptions(
                where,
                data,
                names,
                certificate,
                key,
                domain,
                seconds("--operation-timeout", operationSeconds),
                seconds("--drain-timeout", drainSeconds),
                members(),
                cluster());
    }

    private List<URI> members() {
        List<URI> members = new ArrayList<>();
        for (String each : etcd) {
            try {
                URI member = new URI(each.strip());
                if (member.getHost() != null && Set.of("http", "https").contains(member.getScheme())) {
                    members.add(member);
                    continue;
                }
            } catch (URISyntaxException e) { // told below, with what was expected
            }
            throw new IllegalArgumentException(
                    "--etcd: " + each + " (expected: http://HOST:PORT or https://HOST:PORT)");
        }
        return members;
    }

    private EtcdOptions cluster() throws IOException {
        if ((etcdUser == null) != (etcdPassword == null)) {
            throw new IllegalArgumentException(
                    "--etcd-user, --etcd-password-file: one without the other (expected: both or none)");
        }
        EtcdOptions options = EtcdOptions.DEFAULTS;
        if (etcdAuthorities != null) {
            options = options.trusting(etcdAuthorities);
        }
        return etcdUser == null || etcdPassword == null
                ? options
                : options.as(etcdUser, Files.readString(etcdPassword).strip());
    }

    private static Duration seconds(String option, int seconds) {
        if (seconds < 1 || seconds > 86_400) {
            throw new IllegalArgumentException(option + ": " + seconds + " (expected: 1 to 86400)");
        }
        return Duration.ofSeconds(seconds);
    }
}
