package io.isochrone.bench.soak;

import io.isochrone.bench.peers.ProcText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at the nodes of a world once a second, in {@code /proc} and at their admin ports. Not thread-safe; confined to its owner. */
final class Sampler {
    private static final int LIMIT_MILLIS = 800;
    private static final int GC_SECONDS = 30;
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");

    private final SoakWorld world;
    private final List<Sample> samples = new ArrayList<>();

    Sampler(SoakWorld world) {
        this.world = world;
    }

    /** Samples every node that answers; one that is dead or frozen has none. */
    void sampleAll(long atNanos) {
        for (SoakNode node : world.nodes()) {
            Sample sample = sample(node, atNanos);
            if (sample != null) {
                samples.add(sample);
            }
        }
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** One node now, or null when it does not answer. */
    static @Nullable Sample sample(SoakNode node, long atNanos) {
        Path process = Path.of("/proc", Long.toString(node.pid()));
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            int open = (int) files.count();
            String status = Files.readString(process.resolve("status"));
            Matcher threads = THREADS.matcher(status);
            MetricsPage page = MetricsPage.of(get(node.admin(), "/metrics"));
            return new Sample(
                    node.name(),
                    node.lives(),
                    atNanos,
                    ProcText.residentKib(status),
                    open,
                    threads.find() ? Integer.parseInt(threads.group(1)) : 0,
                    page);
        } catch (IOException | UncheckedIOException e) {
            return null;
        }
    }

    private static String get(int port, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException("metrics: refused");
            }
            return answer;
        }
    }

    /** Lets every node collect its garbage, which also brings leaks to light; nodes without the JDK's jcmd go without. */
    void collect() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        if (!Files.isExecutable(Path.of(jcmd))) {
            return;
        }
        for (SoakNode node : world.nodes()) {
            for (int i = 0; i < 2; i++) {
                new ProcessBuilder(jcmd, Long.toString(node.pid()), "GC.run")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor(GC_SECONDS, TimeUnit.SECONDS);
            }
        }
    }
}
