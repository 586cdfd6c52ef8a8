package io.isochrone.control.arm.entity;

import io.isochrone.control.http.Call;
import java.util.List;

/** Products, whose subscriptions must be let go with them in so many words. Thread-safe: no state. */
final class ProductRules implements EntityRules {
    static final Schema SCHEMA = Schema.of(
            Schema.must("displayName", Kinds.text(1, 300)),
            Schema.may("description", Kinds.text(0, 1000)),
            Schema.may("terms", Kinds.text(0, 10_000)),
            Schema.usually("subscriptionRequired", Kinds.BOOL, true),
            Schema.may("approvalRequired", Kinds.BOOL),
            Schema.may("subscriptionsLimit", Kinds.whole(0, Integer.MAX_VALUE)),
            Schema.usually("state", Kinds.oneOf("notPublished", "published"), "notPublished"));

    @Override
    public void after(Edit edit, Draft draft) {
        boolean required = draft.properties().path("subscriptionRequired").asBoolean();
        for (String each : List.of("approvalRequired", "subscriptionsLimit")) {
            if (!required && draft.properties().has(each)) {
                draft.faults().add("properties." + each, "there (expected: only with subscriptionRequired)");
            }
        }
    }

    @Override
    public void delete(Edit edit, Entity product, Call call) {
        boolean all = "true".equalsIgnoreCase(call.parameter("deleteSubscriptions"));
        if (SubscriptionRules.deleteOf(edit, product.id()) && !all) {
            throw EntityRules.conflict("Product '" + product.name()
                    + "' has subscriptions. Delete them first, or delete with deleteSubscriptions=true.");
        }
    }
}
