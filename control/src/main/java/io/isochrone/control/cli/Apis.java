package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the APIs of a service are. Thread-safe: no state. */
final class Apis {
    private Apis() {}

    static String path(ServiceView service) {
        return service.id() + "/apis?" + Session.VERSION;
    }

    static String path(ServiceView service, String api) {
        return service.id() + "/apis/" + Session.encoded(api) + "?" + Session.VERSION;
    }

    static String operations(ServiceView service, String api) {
        return service.id() + "/apis/" + Session.encoded(api) + "/operations?" + Session.VERSION;
    }

    /** How many there are; null when the control plane does not tell. */
    static @Nullable Integer count(Session session, ServiceView service) {
        Answer answer = session.client().call("GET", path(service), null, Map.of());
        JsonNode count = answer.json().path("count");
        return answer.isGood() && count.isInt() ? Integer.valueOf(count.asInt()) : null;
    }
}
