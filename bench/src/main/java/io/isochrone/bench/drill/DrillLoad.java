package io.isochrone.bench.drill;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.bench.load.LoadKind;
import java.util.List;

/**
 * What clients send in a drill.
 *
 * <p>Immutable.
 *
 * @param posts the share of the requests that are POSTs; the others are GETs
 * @param keyed whether POSTs carry an Idempotency-Key
 * @param http2 whether clients speak HTTP/2
 * @param places where they are
 * @param capacityShare how much of what all backends together can do is asked of them; 0: they can do everything
 */
public record DrillLoad(double posts, boolean keyed, boolean http2, Places places, double capacityShare) {
    /** Where clients are. */
    public enum Places {
        /** In cities by the internet users around them. */
        CITIES,
        /** In one city for each region, by how many gateway nodes the region has. */
        BY_NODES
    }

    /** GETs over HTTP/1.1 from everywhere. */
    public static final DrillLoad GET = new DrillLoad(0, false, false, Places.CITIES, 0);

    /** POSTs. */
    public static final DrillLoad POST = new DrillLoad(1, false, false, Places.CITIES, 0);

    /** Half GETs, half POSTs. */
    public static final DrillLoad MIX = new DrillLoad(0.5, false, false, Places.CITIES, 0);

    DrillLoad withKeys() {
        return new DrillLoad(posts, true, http2, places, capacityShare);
    }

    /** The same by HTTP/2 or HTTP/1.1. */
    public DrillLoad withHttp2(boolean set) {
        return new DrillLoad(posts, keyed, set, places, capacityShare);
    }

    LoadClients clients() {
        LoadClients world = LoadClients.world();
        return places == Places.CITIES
                ? world
                : LoadClients.of(List.of(
                        weighted(world.city("Amsterdam"), 2),
                        weighted(world.city("New York City"), 1),
                        weighted(world.city("Jakarta"), 1),
                        weighted(world.city("Lima"), 1)));
    }

    private static LoadClient weighted(LoadClient client, double weight) {
        return new LoadClient(client.city(), client.country(), client.point(), weight, client.address());
    }

    /** What the load generator is told; {@code ids} is what request ids begin with. */
    LoadKind kind(String ids) {
        return new LoadKind(ids, posts, keyed, http2);
    }

    /** For people: methods and version. */
    public String words() {
        String methods = posts == 0 ? "GET" : posts == 1 ? "POST" : "GET and POST";
        return methods + (keyed ? " with key" : "") + (http2 ? " by h2" : "");
    }
}
