package io.isochrone.proxy.observe;

import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/** Makes exchange records for tests. */
final class Records {
    private Records() {}

    static ExchangeRecord of(String method, String target) {
        return of(Outcome.RELAYED, 200, method, target, "echo", "eastus", null);
    }

    static ExchangeRecord of(
            Outcome outcome,
            int status,
            String method,
            String target,
            @Nullable String api,
            @Nullable String region,
            @Nullable Failure failure) {
        return new ExchangeRecord(
                outcome,
                status,
                method,
                target,
                api,
                region,
                region == null ? null : "10.0.0.7:80",
                "10.0.0.7:80=200",
                1,
                failure,
                "192.0.2.1",
                "10.0.0.1",
                12,
                34,
                1_700_000_000_007L,
                failure == null ? 1_234_567 : -1,
                2_005_000);
    }
}
