package io.isochrone.config.model;

import java.util.List;
import java.util.Map;

/**
 * An API that the gateways publish.
 *
 * <p>Immutable.
 *
 * @param name unique identifier, used in metrics and logs
 * @param path path prefix without trailing slash, such as {@code /echo}; the empty string stands for every path. The prefix
 *     matches whole segments and is cut off before the request goes to the backend
 * @param backends where requests go from a region without backends of its own
 * @param regionalBackends by canonical region name: the backends that region uses instead
 * @param retryIdempotentWrites whether the backend honours repeated PUT, DELETE and Idempotency-Key requests, so that they may
 *     be sent again after an ambiguous failure
 * @param maxRequests most requests under way at once on one gateway node; 0: as {@link Limits#requestsOfOne} says
 * @param keys whether callers need a subscription key
 */
public record Api(
        String name,
        String path,
        List<Backend> backends,
        Map<String, List<Backend>> regionalBackends,
        boolean retryIdempotentWrites,
        int maxRequests,
        KeyCheck keys) {
    /** Without subscription keys. */
    public Api(
            String name,
            String path,
            List<Backend> backends,
            Map<String, List<Backend>> regionalBackends,
            boolean retryIdempotentWrites,
            int maxRequests) {
        this(name, path, backends, regionalBackends, retryIdempotentWrites, maxRequests, KeyCheck.NONE);
    }

    /** With as many requests under way as an API may have by default. */
    public Api(
            String name,
            String path,
            List<Backend> backends,
            Map<String, List<Backend>> regionalBackends,
            boolean retryIdempotentWrites) {
        this(name, path, backends, regionalBackends, retryIdempotentWrites, 0);
    }

    public Api {
        backends = List.copyOf(backends);
        regionalBackends = Map.copyOf(regionalBackends);
    }

    /** The backends that gateways of the region use; may be empty. */
    public List<Backend> backendsIn(String regionName) {
        return regionalBackends.getOrDefault(regionName, backends);
    }

    boolean hasTlsBackends() {
        return backends.stream().anyMatch(Backend::tls)
                || regionalBackends.values().stream().flatMap(List::stream).anyMatch(Backend::tls);
    }
}
