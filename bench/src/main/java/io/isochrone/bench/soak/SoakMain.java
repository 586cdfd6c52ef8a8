package io.isochrone.bench.soak;

import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.gateway.GatewayMain;
import io.isochrone.router.RouterMain;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/**
 * One process of a soak: a router or a gateway, just as its command starts it, or a backend. Ends with its parent, when standard input ends.
 *
 * <pre>
 * router ARGUMENTS…
 * gateway ARGUMENTS…
 * backend PORT
 * </pre>
 *
 * <p>Not thread-safe; confined to the main thread.
 */
public final class SoakMain {
    private SoakMain() {}

    public static void main(String[] args) throws IOException {
        Thread parent = new Thread(SoakMain::awaitParent, "parent");
        parent.setDaemon(true);
        parent.start();
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        switch (args[0]) {
            case "router" -> RouterMain.main(rest);
            case "gateway" -> GatewayMain.main(rest);
            case "backend" -> {
                LedgerBackend.start("soak", Integer.parseInt(rest[0]), Duration.ofMinutes(1));
                awaitParent();
            }
            default ->
                throw new IllegalArgumentException("kind: \"" + args[0] + "\" (expected: router, gateway or backend)");
        }
    }

    private static void awaitParent() {
        try {
            while (System.in.read() >= 0) {
                // Whatever the parent writes is no command: only the end of the stream counts.
            }
        } catch (IOException e) {
            // The same as its end.
        }
        Runtime.getRuntime().halt(0);
    }
}
