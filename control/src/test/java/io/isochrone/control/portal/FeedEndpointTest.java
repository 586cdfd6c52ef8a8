package io.isochrone.control.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Tier;
import io.isochrone.control.http.Call;
import io.isochrone.control.http.Caller;
import io.isochrone.control.http.Lines;
import io.isochrone.control.http.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedEndpointTest {
    private static final Lines NOBODY = new Lines() {
        @Override
        public boolean send(String text) {
            return true;
        }

        @Override
        public void close() {}

        @Override
        public void onEnd(Runnable task) {}
    };

    private final Feed feed =
            new Feed(new ScriptedService(Tier.PREMIUM)::seen, new ScriptedFleet(), RegionCatalogue.clouds());

    @AfterEach
    void close() {
        feed.close();
    }

    private Reply open(String method, Map<String, String> query, Caller.Role role, String own) {
        Caller caller = new Caller("c", role, own.isEmpty() ? null : own, null);
        return new FeedEndpoint(feed)
                .open(new Call(method, "/portal/feed", query, Map.of(), new byte[0], caller, "https://x"), NOBODY);
    }

    @Test
    void readersOfTheServiceAreFed() {
        assertThat(open("GET", Map.of("service", "Contoso"), Caller.Role.READER, "contoso")
                        .status())
                .isEqualTo(200);
        assertThat(open("GET", Map.of("service", "contoso"), Caller.Role.OPERATOR, "")
                        .headers())
                .containsEntry("Content-Type", "text/event-stream; charset=utf-8");
        assertThat(feed.pages()).isEqualTo(2);
    }

    @Test
    void nobodyElseIs() {
        assertThat(open("GET", Map.of("service", "contoso"), Caller.Role.READER, "other")
                        .status())
                .isEqualTo(403);
        assertThat(open("GET", Map.of("service", "contoso"), Caller.Role.NODE, "contoso")
                        .status())
                .isEqualTo(403);
        assertThat(open("GET", Map.of(), Caller.Role.OPERATOR, "").status()).isEqualTo(400);
        assertThat(open("POST", Map.of("service", "contoso"), Caller.Role.OPERATOR, "")
                        .status())
                .isEqualTo(405);
        assertThat(feed.pages()).isZero();
    }

    @Test
    void tooManyPagesAreAskedToComeLater() {
        for (int i = 0; i < Feed.MAX_PAGES; i++) {
            open("GET", Map.of("service", "contoso"), Caller.Role.OPERATOR, "");
        }

        Reply reply = open("GET", Map.of("service", "contoso"), Caller.Role.OPERATOR, "");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.headers()).containsEntry("Retry-After", "5");
    }
}
