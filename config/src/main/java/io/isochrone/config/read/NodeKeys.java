package io.isochrone.config.read;

import io.isochrone.config.model.AccessLogSettings;
import io.isochrone.config.model.ForwardedHeaders;
import io.isochrone.config.model.Hedging;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.Probing;
import io.isochrone.config.model.Timeouts;
import java.time.Duration;
import java.util.List;

/** The groups of keys that routers and gateways share. Each is given its defaults. Thread-safe: no state. */
final class NodeKeys {
    private static final int MAX_BUFFER = 1 << 30;

    private NodeKeys() {}

    static Kind<ForwardedHeaders> forwarded(ForwardedHeaders d) {
        Key<Boolean> xForwarded = Key.optional(
                "x-forwarded",
                Kinds.FLAG,
                d.xForwarded(),
                "add X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host");
        Key<Boolean> forwarded = Key.optional("forwarded", Kinds.FLAG, d.forwarded(), "add Forwarded (RFC 7239)");
        return Kind.section(
                List.of(xForwarded, forwarded), in -> new ForwardedHeaders(in.get(xForwarded), in.get(forwarded)));
    }

    static Kind<Probing> probing(Probing d) {
        Key<Duration> interval =
                Key.optional("interval", Kinds.duration(10), d.interval(), "between two probes of a node");
        Key<Duration> timeout = Key.optional(
                "timeout", Kinds.duration(1), d.timeout(), "after this an unanswered probe counts as failed");
        Key<Integer> fall =
                Key.optional("fall", Kinds.number(1, 100), d.fall(), "failed probes in a row that take a node out");
        Key<Integer> rise =
                Key.optional("rise", Kinds.number(1, 100), d.rise(), "good probes in a row that bring it back");
        Key<Duration> holdDown = Key.optional(
                "hold-down",
                Kinds.duration(0),
                d.holdDown(),
                "how long a node that falls again soon after it came back must be well without a break; doubles each time");
        Key<Duration> maxHoldDown =
                Key.optional("max-hold-down", Kinds.duration(0), d.maxHoldDown(), "where the doubling ends");
        Key<Duration> ramp = Key.optional(
                "ramp",
                Kinds.duration(0),
                d.ramp(),
                "how long a node that is back takes to get its full share; 0s: at once");
        return Kind.section(
                List.of(interval, timeout, fall, rise, holdDown, maxHoldDown, ramp),
                in -> new Probing(
                        in.get(interval),
                        in.get(timeout),
                        in.get(fall),
                        in.get(rise),
                        in.get(holdDown),
                        in.get(maxHoldDown),
                        in.get(ramp)));
    }

    static Kind<Timeouts> timeouts(Timeouts d) {
        Kind<Duration> time = Kinds.duration(1);
        Key<Duration> head = Key.optional(
                "request-head", time, d.requestHead(), "from the first byte of a request head to its last");
        Key<Duration> downstreamIdle = Key.optional(
                "downstream-idle", time, d.downstreamIdle(), "how long a connection may stay open without a request");
        Key<Duration> connect = Key.optional("connect", time, d.connect(), "for an upstream TCP connection");
        Key<Duration> firstByte = Key.optional(
                "first-byte", time, d.firstByte(), "from the end of the request head to the start of the response");
        Key<Duration> total = Key.optional(
                "total",
                Kinds.duration(0),
                d.total(),
                "from the end of the request to the start of the response, over all attempts; 0s: twice `first-byte`");
        Key<Duration> streamIdle = Key.optional(
                "stream-idle", time, d.streamIdle(), "without a byte in either direction while a body is under way");
        Key<Duration> tunnelIdle = Key.optional(
                "tunnel-idle",
                time,
                d.tunnelIdle(),
                "without a byte in either direction of a WebSocket or another upgraded connection");
        Key<Duration> upstreamIdle =
                Key.optional("upstream-idle", time, d.upstreamIdle(), "how long an unused upstream connection is kept");
        Key<Duration> drain =
                Key.optional("drain", time, d.drain(), "how long a node told to stop waits for exchanges under way");
        Key<Duration> unacknowledged = Key.optional(
                "unacknowledged",
                Kinds.duration(0),
                d.unacknowledged(),
                "how long what was sent upstream may stay unacknowledged, or untaken by an upstream that does not read, before the kernel ends the"
                        + " connection (TCP_USER_TIMEOUT; on Linux); 0s: as long as `stream-idle`");
        Key<Duration> age = Key.optional(
                "max-connection-age",
                Kinds.duration(0),
                d.maxConnectionAge(),
                "a client's connection that is so old, a fifth more or less, ends with its next response (`Connection: close`, GOAWAY), so that"
                        + " load spreads over nodes that came later; never without a word, WebSockets never. 0s: off");
        return Kind.section(
                List.of(
                        head,
                        downstreamIdle,
                        connect,
                        firstByte,
                        total,
                        streamIdle,
                        tunnelIdle,
                        upstreamIdle,
                        drain,
                        unacknowledged,
                        age),
                in -> new Timeouts(
                        in.get(head),
                        in.get(downstreamIdle),
                        in.get(connect),
                        in.get(firstByte),
                        in.get(streamIdle),
                        in.get(tunnelIdle),
                        in.get(upstreamIdle),
                        in.get(drain),
                        in.get(total),
                        in.get(unacknowledged),
                        in.get(age)));
    }

    static Kind<Limits> limits(Limits d) {
        Key<Long> target = Key.optional(
                "max-target", Kinds.size(64, 1 << 20), (long) d.maxTargetBytes(), "longest request target, else 414");
        Key<Long> head = Key.optional(
                "max-head",
                Kinds.size(1024, 1 << 20),
                (long) d.maxHeadBytes(),
                "largest head, else 431 (502 for a response)");
        Key<Integer> fields = Key.optional(
                "max-header-fields",
                Kinds.number(8, 10_000),
                d.maxHeaderFields(),
                "most header fields, else 431 (502 for a response)");
        Key<Long> body =
                Key.optional("max-body", Kinds.size(0, 1L << 50), d.maxBodyBytes(), "largest request body, else 413");
        Key<Integer> connections = Key.optional(
                "max-connections",
                Kinds.number(1, 10_000_000),
                d.maxConnections(),
                "most client connections; further ones are closed on accept");
        Key<Long> replay = Key.optional(
                "replay",
                Kinds.size(0, MAX_BUFFER),
                (long) d.replayBytes(),
                "how much of a request body is kept so that it can be sent again");
        Key<Long> buffer = Key.optional(
                "buffer",
                Kinds.size(4096, MAX_BUFFER),
                (long) d.bufferBytes(),
                "how much of a body is held for a slow reader, per direction");
        Key<Integer> streams = Key.optional(
                "max-streams",
                Kinds.number(1, 10_000),
                d.maxStreams(),
                "most requests under way on one HTTP/2 connection; further streams are refused");
        Key<Integer> perClient = Key.optional(
                "max-connections-per-client",
                Kinds.number(1, 10_000_000),
                d.maxConnectionsPerClient(),
                "most connections of one address (IPv6: of one /64) that is not among trusted-proxies; further ones are closed. "
                        + "Many clients may share an address, so it binds nobody by default");
        Key<Integer> requests = Key.optional(
                "max-requests",
                Kinds.number(1, 10_000_000),
                d.maxRequests(),
                "most requests under way, WebSockets too, in equal shares for the event loops; further ones get 503 with Retry-After");
        Key<Long> buffered = Key.optional(
                "max-buffered",
                Kinds.size(0, 1L << 50),
                d.maxBufferedBytes(),
                "most that all buffers of the process hold together: from three quarters of it on no body is kept to be sent again, beyond it"
                        + " requests get 503 with Retry-After. 0B: three quarters of `-XX:MaxDirectMemorySize`, which is the heap's unless set");
        Key<Long> rate = Key.optional(
                "min-body-rate",
                Kinds.size(0, 1 << 30),
                d.minBodyRate(),
                "least bytes a second of a request body, on average over `body-rate-window`, else 408; gRPC, `TE: trailers` and upgraded"
                        + " connections apart. 0B: off");
        Key<Duration> window = Key.optional(
                "body-rate-window",
                Kinds.duration(100),
                d.bodyRateWindow(),
                "over how long the rate of a request body is looked at, from its head on; time in which the client had to wait for us does not count");
        return Kind.section(
                List.of(
                        target,
                        head,
                        fields,
                        body,
                        connections,
                        perClient,
                        requests,
                        replay,
                        buffer,
                        buffered,
                        streams,
                        rate,
                        window),
                in -> new Limits(
                        Math.toIntExact(in.get(target)),
                        Math.toIntExact(in.get(head)),
                        in.get(fields),
                        in.get(body),
                        in.get(connections),
                        Math.toIntExact(in.get(replay)),
                        Math.toIntExact(in.get(buffer)),
                        in.get(streams),
                        in.get(perClient),
                        in.get(requests),
                        in.get(buffered),
                        in.get(rate),
                        in.get(window)));
    }

    static Kind<Hedging> hedging(Hedging d) {
        Key<Boolean> enabled = Key.optional(
                "enabled",
                Kinds.FLAG,
                d.enabled(),
                "send again what is slow; off, because it loads nodes that may be slow for being loaded");
        Key<Integer> percentile = Key.optional(
                "percentile",
                Kinds.number(50, 99),
                d.percentile(),
                "slow is what waits longer than so many of 100 recent answers of the node took to begin; learned from its last thousand or two,"
                        + " at least 50");
        Key<Duration> minDelay = Key.optional(
                "min-delay", Kinds.duration(5), d.minDelay(), "and longer than this; looked at every 5 ms");
        Key<Integer> maxPercent = Key.optional(
                "max-percent",
                Kinds.number(1, 20),
                d.maxPercent(),
                "most such second attempts, in percent of the requests, and one a second besides, for each event loop; they count as"
                        + " retries too, whose budget must not be used up");
        return Kind.section(
                List.of(enabled, percentile, minDelay, maxPercent),
                in -> new Hedging(in.get(enabled), in.get(percentile), in.get(minDelay), in.get(maxPercent)));
    }

    static Kind<AccessLogSettings> accessLog(AccessLogSettings d) {
        Key<String> target = Key.optional(
                "target",
                Kinds.LOG_TARGET,
                d.target(),
                "where lines go; a relative path is taken from this file's folder");
        Key<Integer> queue = Key.optional(
                "queue-lines",
                Kinds.number(16, 1_000_000),
                d.queueLines(),
                "most lines waiting to be written; further ones are dropped and counted");
        Key<List<String>> secrets = Key.optional(
                "secret-parameters",
                Kind.list(Kinds.PARAMETER),
                d.secretParameters(),
                "query parameters whose values are never logged");
        return Kind.section(
                List.of(target, queue, secrets),
                in -> new AccessLogSettings(in.get(target), in.get(queue), in.get(secrets)));
    }
}
