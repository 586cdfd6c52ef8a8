package io.isochrone.control.arm.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lists of entities that stand elsewhere: what a product or a gateway holds, where an API belongs. Thread-safe: no state. */
final class EntityLists {
    private EntityLists() {}

    /**
     * Such a list.
     *
     * @param path of the kind of its members
     * @param members in order of key
     */
    record Listed(String path, List<Entity> members) {}

    /** The list by its word below its owner, or null when there is none. */
    static @Nullable Listed of(Edit edit, Entity owner, String ownerPath, String word) {
        return switch (ownerPath + "/" + word.toLowerCase(Locale.ROOT)) {
            case "products/apis", "gateways/apis" -> new Listed("apis", linked(edit, owner));
            case "products/subscriptions" -> new Listed("subscriptions", SubscriptionRules.of(edit, owner.id()));
            case "apis/products" -> new Listed("products", holding(edit, owner));
            default -> null;
        };
    }

    private static List<Entity> linked(Edit edit, Entity owner) {
        List<Entity> apis = new ArrayList<>();
        for (Entity link : edit.members(owner.id() + "/apis")) {
            Entity api = edit.get(edit.service() + "/apis/" + link.name());
            if (api != null) {
                apis.add(api);
            }
        }
        return apis;
    }

    private static List<Entity> holding(Edit edit, Entity api) {
        List<Entity> products = new ArrayList<>();
        for (Entity product : edit.members(edit.service() + "/products")) {
            if (edit.get(product.id() + "/apis/" + ApiRules.base(api.name())) != null) {
                products.add(product);
            }
        }
        return products;
    }
}
