package io.isochrone.bench.world;

import io.isochrone.bench.load.LoadClient;
import io.isochrone.bench.load.LoadClients;
import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The places of the world's example clients, exactly as the load knows them; any other address is asked of a further table.
 *
 * <p>Immutable, as far as the further table is.
 */
public final class Places implements PlaceOf {
    private final Map<ByteBuffer, GeoPoint> known;
    private final PlaceOf further;

    private Places(Map<ByteBuffer, GeoPoint> known, PlaceOf further) {
        this.known = known;
        this.further = further;
    }

    /** Those of the embedded city list, then {@code further}. */
    public static Places world(PlaceOf further) {
        Map<ByteBuffer, GeoPoint> known = new HashMap<>();
        for (LoadClient client : LoadClients.world().all()) {
            byte[] address = IpLiteral.parse(client.address());
            if (address != null) {
                known.put(ByteBuffer.wrap(address), client.point());
            }
        }
        return new Places(Map.copyOf(known), further);
    }

    @Override
    public @Nullable GeoPoint of(byte[] address) {
        GeoPoint point = known.get(ByteBuffer.wrap(address));
        return point == null ? further.of(address) : point;
    }
}
