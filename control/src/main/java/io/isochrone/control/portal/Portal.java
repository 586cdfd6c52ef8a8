package io.isochrone.control.portal;

import io.isochrone.control.http.Mount;
import java.util.List;

/**
 * Where the parts of the portal answer.
 *
 * <p>Thread-safe: no state.
 */
public final class Portal {
    private Portal() {}

    /** The page for everybody, its session and its feed for callers with a token or its cookie. */
    public static List<Mount> mounts(Feed feed) {
        return List.of(
                Mount.open(PortalEndpoint.ROOT, new PortalEndpoint()),
                Mount.of(PortalEndpoint.ROOT + "/session", new SessionEndpoint()),
                Mount.stream(PortalEndpoint.ROOT + "/feed", new FeedEndpoint(feed)));
    }
}
