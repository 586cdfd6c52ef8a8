package io.isochrone.control.arm.entity;

import io.isochrone.control.arm.policy.Place;
import io.isochrone.control.arm.policy.PolicyDocument;
import io.isochrone.control.arm.policy.PolicyException;
import io.isochrone.control.arm.policy.PolicyText;
import io.isochrone.control.store.Entry;
import java.util.Locale;
import java.util.Set;

/** Which policies use which other entities. Thread-safe: no state. */
final class PolicyUse {
    private PolicyUse() {}

    /** What policies use. */
    enum Of {
        NAMED_VALUE("Named value"),
        FRAGMENT("Policy fragment"),
        BACKEND("Backend");

        private final String label;

        Of(String label) {
            this.label = label;
        }

        private Set<String> in(PolicyDocument document) {
            return switch (this) {
                case NAMED_VALUE -> document.namedValues();
                case FRAGMENT -> document.fragments();
                case BACKEND -> document.backends();
            };
        }
    }

    /** Throws 409 Conflict when a policy uses the entity. */
    static void refuse(Edit edit, Of kind, String name) {
        for (Entry each : edit.everything()) {
            if (isPolicy(each.key()) && mentions(each.value(), name)) {
                Entity policy = Entity.of(each);
                if (kind.in(read(policy)).stream().anyMatch(name::equalsIgnoreCase)) {
                    throw EntityRules.conflict(kind.label + " '" + name + "' is used in the policy " + policy.id()
                            + ". Take it out there first.");
                }
            }
        }
    }

    private static boolean isPolicy(String key) {
        return key.endsWith("/policies/policy") || key.contains("/policyfragments/");
    }

    private static boolean mentions(String value, String name) {
        return value.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT));
    }

    /** What a stored policy uses. */
    static PolicyDocument read(Entity policy) {
        PolicyText.Form form = PolicyText.Form.valueOf(policy.text("format").toUpperCase(Locale.ROOT));
        try {
            return PolicyDocument.read(policy.text("value"), form, place(policy.id()));
        } catch (PolicyException e) {
            throw new IllegalArgumentException(policy.id() + ": " + e.sentence() + " (expected: what was checked)", e);
        }
    }

    /** Where the policy of this id holds. */
    static Place place(String id) {
        String[] words = id.toLowerCase(Locale.ROOT).split("/");
        String collection = words[words.length - 2];
        if (collection.equals("policyfragments")) {
            return Place.FRAGMENT;
        }
        String parent = words[words.length - 4];
        return switch (parent) {
            case "apis" -> Place.API;
            case "operations" -> Place.OPERATION;
            case "products" -> Place.PRODUCT;
            default -> Place.GLOBAL;
        };
    }
}
