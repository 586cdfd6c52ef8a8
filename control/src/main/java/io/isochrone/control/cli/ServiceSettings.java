package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.model.Tier;
import io.isochrone.config.problem.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said about a service when it is made and later. Not thread-safe; confined to the main thread. */
final class ServiceSettings {
    @Option(names = "--tier", paramLabel = "TIER", description = "Developer, Basic, Standard or Premium")
    @Nullable
    String tier;

    @Option(names = "--units", paramLabel = "N", description = "units of the primary region")
    @Nullable
    Integer units;

    @Option(names = "--publisher", paramLabel = "NAME", description = "who publishes the APIs")
    @Nullable
    String publisher;

    @Option(names = "--email", paramLabel = "ADDRESS", description = "the publisher's address")
    @Nullable
    String email;

    @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "a tag; more than one may be given")
    Map<String, String> tags = new LinkedHashMap<>();

    /** Whether nothing was said. */
    boolean isEmpty() {
        return tier == null && units == null && publisher == null && email == null && tags.isEmpty();
    }

    /** The tier's name as the contract writes it, or {@code otherwise} when none was said. */
    String tierOr(String otherwise) {
        if (tier == null) {
            return otherwise;
        }
        List<String> names = new ArrayList<>();
        for (Tier each : Tier.values()) {
            if (each.displayName().equalsIgnoreCase(tier)) {
                return each.displayName();
            }
            names.add(each.displayName());
        }
        String meant = Suggestion.nearest(tier, names);
        throw FailedException.usage("--tier: " + tier + " (expected: " + String.join(", ", names)
                + (meant == null ? ")" : "; did you mean \"" + meant + "\"?)"));
    }

    /** Writes what was said into a body; the rest stays as {@code now} has it. */
    void into(ObjectNode body, String tierNow, int unitsNow) {
        if (units != null && units < 1) {
            throw FailedException.usage("--units: " + units + " (expected: >= 1)");
        }
        if (tier != null || units != null) {
            body.putObject("sku").put("name", tierOr(tierNow)).put("capacity", units == null ? unitsNow : units);
        }
        if (publisher != null) {
            body.withObject("/properties").put("publisherName", publisher);
        }
        if (email != null) {
            body.withObject("/properties").put("publisherEmail", email);
        }
    }
}
