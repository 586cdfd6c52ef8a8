package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.bench.fault.Fault;
import io.isochrone.bench.fault.FaultProxy;
import io.isochrone.bench.fault.LedgerBackend;
import io.isochrone.config.model.UpstreamHttp;
import io.isochrone.router.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests with bodies whose nearest region fails before, while or after they are sent. */
@Tag("system")
@Timeout(60)
final class AmbiguousPostTest {
    private static final int BODY = 4000;
    private static final int MORE = 20;

    /** After how many bytes of a request its connection is reset. */
    private enum Cut {
        FIRST_BYTE,
        SECOND_BYTE,
        HEAD,
        HALF_BODY,
        WHOLE;

        long bytes(long request) {
            return switch (this) {
                case FIRST_BYTE -> 0;
                case SECOND_BYTE -> 1;
                case HEAD -> request - BODY;
                case HALF_BODY -> request - BODY / 2;
                case WHOLE -> request;
            };
        }
    }

    /** An answer to the request of that id. Immutable. */
    private record Answer(String id, HttpResponse<String> response) {
        String field(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<LedgerBackend> backends = new ArrayList<>();
    private ThreeRegions world;
    private int posts;

    @BeforeEach
    void start() throws Exception {
        for (String name : ThreeRegions.NAMES) {
            backends.add(LedgerBackend.start(name));
        }
        world = new ThreeRegions(backends.stream().map(LedgerBackend::port).toList());
    }

    @AfterEach
    void stop() throws Exception {
        world.close();
        for (LedgerBackend backend : backends) {
            backend.close();
        }
    }

    private CompletableFuture<Answer> send(Router router, String method, byte[] body) {
        String id = String.format("%06d", posts++);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + "/orders"))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .header("X-Req-Id", id)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Answer(id, response));
    }

    private Answer post(Router router) throws Exception {
        return send(router, "POST", new byte[BODY]).get();
    }

    private int executions(String id) {
        return backends.stream().mapToInt(backend -> backend.ledger().count(id)).sum();
    }

    private void assertServedOnce(Answer answer, String region) {
        assertThat(answer.response().statusCode()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.field("Isochrone-Region")).isEqualTo(region);
        assertThat(executions(answer.id())).isEqualTo(1);
    }

    private void assertServedOnceOrAmbiguous(Answer answer) {
        if (answer.response().statusCode() == 200) {
            assertThat(executions(answer.id())).isEqualTo(1);
        } else {
            assertAmbiguous(answer);
        }
    }

    private void assertAmbiguous(Answer answer) {
        assertThat(answer.response().statusCode()).isEqualTo(502);
        assertThat(answer.field("Isochrone-Maybe-Processed")).isEqualTo("true");
        assertThat(answer.field("Isochrone-Attempts")).isEqualTo("1");
        assertThat(executions(answer.id())).isLessThanOrEqualTo(1);
    }

    /** Bytes from a router that has just started to its nearest region for one POST. */
    private long bytesOfAPost(UpstreamHttp protocol, boolean warm) throws Exception {
        FaultProxy link = world.link(0);
        Router router = world.router(protocol, ThreeRegions.ONE_PROBE);
        try {
            if (warm) {
                post(router);
            }
            long before = link.bytes(Fault.Direction.REQUEST);
            post(router);
            return link.bytes(Fault.Direction.REQUEST) - before;
        } finally {
            router.kill();
        }
    }

    /** P1: {@code warm} says whether the connection that is reset has served before. */
    @ParameterizedTest
    @CsvSource({"HTTP_1_1, false", "HTTP_1_1, true", "HTTP_2, false", "HTTP_2, true"})
    void aPostThatWasCutAnywhereIsToldAsAmbiguousAndNeverRunTwice(UpstreamHttp protocol, boolean warm)
            throws Exception {
        long bytes = bytesOfAPost(protocol, warm);
        for (Cut cut : Cut.values()) {
            Router router = world.router(protocol, ThreeRegions.ONE_PROBE);
            try {
                if (warm) {
                    assertServedOnce(post(router), "westeurope");
                }
                world.link(0).set(new Fault.ResetAfter(Fault.Direction.REQUEST, cut.bytes(bytes)));

                Answer first = post(router);

                if (protocol == UpstreamHttp.HTTP_2 && !warm && cut.bytes(bytes) < 24) {
                    assertServedOnce(first, "eastus"); // cut within the preface: no request was begun
                } else if (protocol == UpstreamHttp.HTTP_2 && cut == Cut.WHOLE) {
                    assertServedOnceOrAmbiguous(first); // HPACK and frames of control make it some bytes more or less
                } else {
                    assertAmbiguous(first);
                }
                List<CompletableFuture<Answer>> others = new ArrayList<>();
                for (int i = 0; i < MORE; i++) {
                    others.add(send(router, "POST", new byte[BODY]));
                }
                for (CompletableFuture<Answer> other : others) {
                    assertServedOnceOrAmbiguous(other.get());
                }
            } finally {
                router.kill();
                world.link(0).set(new Fault.Pass());
            }
        }
    }

    /** P1. */
    @ParameterizedTest
    @EnumSource
    void postsToARegionThatRefusesConnectionsAreServedByTheNext(UpstreamHttp protocol) throws Exception {
        Router router = world.router(protocol, ThreeRegions.ONE_PROBE);
        try {
            world.link(0).set(new Fault.Refuse());
            Answer first = post(router);
            assertServedOnce(first, "eastus");
            assertThat(first.field("Isochrone-Attempts")).isEqualTo("2");
            for (int i = 0; i < MORE; i++) {
                assertServedOnce(post(router), "eastus");
            }
        } finally {
            router.kill();
        }
    }

    /** P1: the gateway proves that no backend saw the request. */
    @ParameterizedTest
    @EnumSource
    void postsThatARegionRefusesUnprocessedAreServedByTheNext(UpstreamHttp protocol) throws Exception {
        Router router = world.router(protocol, ThreeRegions.ONE_PROBE);
        try {
            backends.get(0).kill();
            Answer first = post(router);
            assertServedOnce(first, "eastus");
            assertThat(first.field("Isochrone-Attempts")).isEqualTo("2");
            for (int i = 0; i < MORE; i++) {
                assertServedOnce(post(router), "eastus");
            }
        } finally {
            router.kill();
        }
    }

    /** P5: what the backend got is what the client sent, or the client is told at once that nothing was done. */
    @ParameterizedTest
    @CsvSource({
        "HTTP_1_1, 0", "HTTP_1_1, 1", "HTTP_1_1, 65535", "HTTP_1_1, 65537", "HTTP_1_1, 10485760",
        "HTTP_2, 0", "HTTP_2, 1", "HTTP_2, 65535", "HTTP_2, 65537", "HTTP_2, 10485760"
    })
    void aBodyThatIsSentAgainArrivesWhole(UpstreamHttp protocol, int length) throws Exception {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        for (Fault fault : List.of(new Fault.Refuse(), new Fault.ResetAfter(Fault.Direction.REQUEST, length / 2))) {
            Router router = world.router(protocol, ThreeRegions.ONE_PROBE);
            try {
                world.link(0).set(fault);
                Answer answer = send(router, "PUT", body).get();
                boolean keptWhole = length <= 65536 || fault instanceof Fault.Refuse;
                assertArrivedOrRefused(answer, keptWhole, length, sum);
            } finally {
                router.kill();
                world.link(0).set(new Fault.Pass());
            }
        }
        backends.get(0).kill();
        Router router = world.router(protocol, ThreeRegions.ONE_PROBE);
        try {
            Answer answer = answerOrNone(send(router, "PUT", body), length);
            if (answer != null) {
                assertArrivedOrRefused(answer, length <= 65536, length, sum);
            }
        } finally {
            router.kill();
        }
    }

    /** The answer; null if it was lost, as it may be to a client that goes on sending more than the node takes after an early answer (1 MiB). */
    private static @Nullable Answer answerOrNone(CompletableFuture<Answer> sent, int length) throws Exception {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException && length > 1 << 20) {
                return null;
            }
            throw e;
        }
    }

    private static void assertArrivedOrRefused(Answer answer, boolean keptWhole, int length, String sum) {
        int status = answer.response().statusCode();
        String text = answer.response().body();
        assertThat(status).as(text).isIn(keptWhole ? List.of(200) : List.of(200, 502, 503));
        if (status == 200) {
            assertThat(answer.field("Isochrone-Region")).isEqualTo("eastus");
            assertThat(text).contains("body-bytes: " + length + "\n").contains("body-sha256: " + sum + "\n");
        } else {
            assertThat(text).startsWith("{\"statusCode\":" + status + ",");
        }
    }
}
