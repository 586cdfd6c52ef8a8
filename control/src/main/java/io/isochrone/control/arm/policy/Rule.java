package io.isochrone.control.arm.policy;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an element of a policy document may be and hold.
 *
 * <p>Immutable.
 *
 * @param attributes by name, besides {@code id}, which every element may have
 * @param children by name: how the elements inside it are ruled
 * @param atLeast by name of a child: how many there must be
 * @param body whether it holds policies of the section that it stands in
 * @param text whether it may hold text
 * @param sections where it may stand
 * @param places scopes that it may be used in
 * @param once at most once in a document's section
 * @param oneOf attributes or children of which at least one must be there; empty: no such rule
 */
record Rule(
        Map<String, Attribute> attributes,
        Map<String, Rule> children,
        Map<String, Integer> atLeast,
        boolean body,
        boolean text,
        Set<Section> sections,
        Set<Place> places,
        boolean once,
        List<String> oneOf) {
    /** A part of a policy document. */
    enum Section {
        INBOUND,
        BACKEND,
        OUTBOUND,
        ON_ERROR;

        String label() {
            return this == ON_ERROR ? "on-error" : name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Rule of(Attribute... attributes) {
        Map<String, Attribute> byName = new LinkedHashMap<>();
        for (Attribute each : attributes) {
            byName.put(each.name(), each);
        }
        return new Rule(
                byName,
                Map.of(),
                Map.of(),
                false,
                false,
                EnumSet.allOf(Section.class),
                EnumSet.allOf(Place.class),
                false,
                List.of());
    }

    Rule in(Section first, Section... more) {
        return new Rule(attributes, children, atLeast, body, text, EnumSet.of(first, more), places, once, oneOf);
    }

    Rule at(Place first, Place... more) {
        EnumSet<Place> all = EnumSet.of(first, more);
        all.add(Place.FRAGMENT);
        return new Rule(attributes, children, atLeast, body, text, sections, all, once, oneOf);
    }

    Rule onlyOnce() {
        return new Rule(attributes, children, atLeast, body, text, sections, places, true, oneOf);
    }

    Rule holdingText() {
        return new Rule(attributes, children, atLeast, body, true, sections, places, once, oneOf);
    }

    Rule holdingPolicies() {
        return new Rule(attributes, children, atLeast, true, text, sections, places, once, oneOf);
    }

    Rule with(String name, int least, Rule rule) {
        Map<String, Rule> more = new LinkedHashMap<>(children);
        more.put(name, rule);
        Map<String, Integer> counts = new LinkedHashMap<>(atLeast);
        counts.put(name, least);
        return new Rule(attributes, more, counts, body, text, sections, places, once, oneOf);
    }

    Rule needingOneOf(String... names) {
        return new Rule(attributes, children, atLeast, body, text, sections, places, once, List.of(names));
    }
}
