package io.isochrone.config.model;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the API with the longest path prefix, by whole segments. Immutable; a changed configuration means a new matcher. */
public final class ApiMatcher {
    private final Api[] longestFirst;

    /** Of APIs with different paths. */
    public ApiMatcher(List<Api> apis) {
        longestFirst = apis.stream()
                .sorted(Comparator.comparingInt((Api api) -> api.path().length())
                        .reversed())
                .toArray(Api[]::new);
    }

    /** The API that {@code path} (in normal form) belongs to, or null. No allocation. */
    public @Nullable Api match(String path) {
        for (Api api : longestFirst) {
            int length = api.path().length();
            if (path.startsWith(api.path()) && (path.length() == length || path.charAt(length) == '/' || length == 0)) {
                return api;
            }
        }
        return null;
    }
}
