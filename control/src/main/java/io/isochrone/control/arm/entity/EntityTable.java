package io.isochrone.control.arm.entity;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kinds of entities by the collections on the way to them, such as {@code apis/operations}. Immutable. */
final class EntityTable {
    private static final Pattern NAME =
            Pattern.compile("[\\x21-\\x7e&&[^*#&+:<>?/\\\\%\"]](?:[\\x20-\\x7e&&[^*#&+:<>?/\\\\%\"]]*"
                    + "[\\x21-\\x7e&&[^*#&+:<>?/\\\\%\"]])?");

    private final Map<String, EntityType> byPath = new TreeMap<>();

    /**
     * A kind of entities.
     *
     * @param path its collections, spelled as in ids
     * @param schema of its properties
     * @param rules what is special
     * @param longestName of its entities
     * @param form how its entities are there
     */
    record EntityType(String path, Schema schema, EntityRules rules, int longestName, Form form) {
        /** The contract's type. */
        String label() {
            return type(path);
        }

        /** The last collection. */
        String collection() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /** How entities of a kind are there. */
    enum Form {
        /** With properties of its own, which can be patched. */
        WHOLE,
        /** With properties of its own, which can be replaced only. */
        REPLACED,
        /** Only there or not: an API in a product or a gateway. */
        LINK
    }

    EntityTable(RandomGenerator random, InstantSource clock) {
        SecretKeys keys = new SecretKeys(random);
        PolicyRules policies = new PolicyRules();
        Schema nothing = Schema.of();
        for (EntityType each : List.of(
                new EntityType("apis", ApiRules.SCHEMA, new ApiRules(), 256, Form.WHOLE),
                new EntityType("apis/operations", OperationRules.SCHEMA, new OperationRules(), 80, Form.WHOLE),
                new EntityType("apis/operations/policies", PolicyRules.SCHEMA, policies, 6, Form.REPLACED),
                new EntityType("apis/policies", PolicyRules.SCHEMA, policies, 6, Form.REPLACED),
                new EntityType("products", ProductRules.SCHEMA, new ProductRules(), 256, Form.WHOLE),
                new EntityType("products/apis", nothing, EntityRules.NONE, 256, Form.LINK),
                new EntityType("products/policies", PolicyRules.SCHEMA, policies, 6, Form.REPLACED),
                new EntityType("policies", PolicyRules.SCHEMA, policies, 6, Form.REPLACED),
                new EntityType("policyFragments", PolicyRules.FRAGMENTS, policies, 80, Form.REPLACED),
                new EntityType(
                        "subscriptions", SubscriptionRules.SCHEMA, new SubscriptionRules(keys, clock), 256, Form.WHOLE),
                new EntityType("backends", BackendRules.SCHEMA, new BackendRules(), 80, Form.WHOLE),
                new EntityType("namedValues", NamedValueRules.SCHEMA, new NamedValueRules(), 256, Form.WHOLE),
                new EntityType("gateways", GatewayRules.SCHEMA, new GatewayRules(keys), 80, Form.WHOLE),
                new EntityType("gateways/apis", nothing, EntityRules.NONE, 256, Form.LINK))) {
            byPath.put(each.path().toLowerCase(Locale.ROOT), each);
        }
    }

    /** The kind by its collections in any case, or null. */
    @Nullable
    EntityType get(String path) {
        return byPath.get(path.toLowerCase(Locale.ROOT));
    }

    /** The contract's type of a kind. */
    static String type(String path) {
        return "Microsoft.ApiManagement/service/" + path;
    }

    /** Whether an entity may be called that: printable ASCII without {@code *#&+:<>?/\%"} and outer blanks, 1 to 256 characters. */
    static boolean isName(String name) {
        return name.length() <= 256 && NAME.matcher(name).matches();
    }
}
