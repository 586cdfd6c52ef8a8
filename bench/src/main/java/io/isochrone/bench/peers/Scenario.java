package io.isochrone.bench.peers;

import io.isochrone.bench.peers.LoadShape.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A situation in which the peers are measured. Immutable. */
public enum Scenario {
    A(shape(Protocol.H1, LoadShape.SMALL, 0), Measure.cpu("a", "200 B GET, HTTP/1.1, 64 connections", 0.88)),
    B(shape(Protocol.H1, LoadShape.LARGE, 0), Measure.cpu("b", "64 KiB GET, HTTP/1.1, 64 connections", 0.80)),
    C(shape(Protocol.H1_TLS, LoadShape.SMALL, 0), Measure.cpu("c", "a over TLS 1.3", 0.88)),
    D(shape(Protocol.H2_TLS, LoadShape.SMALL, 0), Measure.cpu("d", "200 B GET, HTTP/2 over TLS, 8 x 32 streams", 1.1)),
    D2(shape(Protocol.H2C, LoadShape.SMALL, 0), Measure.cpu("d2", "d without TLS", 1.1)),
    E(shape(Protocol.H1, LoadShape.POST, 1024), Measure.cpu("e", "POST 1 KiB, HTTP/1.1, 64 connections", 0.90)),
    /** Open loop, 2,000 requests per second, above what the origin itself takes. */
    LATENCY(
            shape(Protocol.H1, LoadShape.SMALL, 0),
            new Measure("latency-p50", "added p50 at 2,000/s", "us", Peer.HAPROXY.word(), 1, true),
            new Measure("latency-p99", "added p99 at 2,000/s", "us", Peer.HAPROXY.word(), 1, true)),
    /** Ours with its access log, the others without. */
    LOGGED(
            shape(Protocol.H1, LoadShape.SMALL, 0),
            Measure.cpu("logged", "a with our access log, the others without", 1.0)),
    /** What a client connection costs that sent one request and then nothing. */
    IDLE(shape(Protocol.H1, LoadShape.SMALL, 0), Measure.own("idle", "memory of an idle connection", "KiB", 3)),
    STARTUP(
            shape(Protocol.H1, LoadShape.SMALL, 0),
            Measure.own("startup", "start to first proxied 200", "s", 0.6),
            Measure.own("startup-rss", "memory after it", "MiB RSS", 110)),
    /** Client, router, gateway, origin; against client, router, origin. */
    HOPS(
            shape(Protocol.H1, LoadShape.SMALL, 0),
            new Measure("hops", "router and gateway against router alone", "CPU us/request", "one-hop", 1.9, true));

    @SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a string and a number
    private final LoadShape shape;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<Measure> measures;

    Scenario(LoadShape shape, Measure... measures) {
        this.shape = shape;
        this.measures = List.of(measures);
    }

    private static LoadShape shape(Protocol protocol, String path, int postBytes) {
        return new LoadShape(protocol, path, postBytes);
    }

    /** As an argument. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it tells, at least one figure. */
    public List<Measure> measures() {
        return measures;
    }

    LoadShape shape() {
        return shape;
    }

    /** The scenario of that word. Throws IllegalArgumentException when there is none. */
    public static Scenario of(String word) {
        for (Scenario scenario : values()) {
            if (scenario.word().equals(word)) {
                return scenario;
            }
        }
        throw new IllegalArgumentException("scenario: \"" + word + "\" (expected: "
                + Arrays.stream(values()).map(Scenario::word).collect(Collectors.joining(", ")) + ")");
    }
}
