package io.isochrone.control.arm.policy;

import io.isochrone.control.arm.policy.Rule.Section;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A policy document whose elements are in order.
 *
 * <p>Immutable.
 *
 * @param namedValues display names of the named values that stand in it
 * @param fragments names of the fragments that it includes
 * @param backends names of the backends that it sends calls to, as far as they are literals
 */
public record PolicyDocument(Set<String> namedValues, Set<String> fragments, Set<String> backends) {
    private static final Pattern NAMED_VALUE = Pattern.compile("\\{\\{([A-Za-z0-9._-]{1,256})}}");
    private static final Map<String, Section> SECTIONS = new TreeMap<>();

    static {
        for (Section each : Section.values()) {
            SECTIONS.put(each.label(), each);
        }
    }

    public PolicyDocument {
        namedValues = Set.copyOf(namedValues);
        fragments = Set.copyOf(fragments);
        backends = Set.copyOf(backends);
    }

    /** Reads and checks a document. Throws at the first thing that is wrong, with its place. */
    public static PolicyDocument read(String text, PolicyText.Form form, Place place) throws PolicyException {
        Element root = PolicyReader.read(text, form);
        Check check = new Check(place);
        if (place == Place.FRAGMENT) {
            check.fragment(root);
        } else {
            check.document(root);
        }
        return new PolicyDocument(check.namedValues, check.fragments, check.backends);
    }

    /** A walk over one document. Not thread-safe; confined to its owner. */
    private static final class Check {
        private final Place place;
        private final Set<String> namedValues = new LinkedHashSet<>();
        private final Set<String> fragments = new LinkedHashSet<>();
        private final Set<String> backends = new LinkedHashSet<>();
        private final Set<String> seenOnce = new LinkedHashSet<>();

        Check(Place place) {
            this.place = place;
        }

        void document(Element root) throws PolicyException {
            if (!root.name.equals("policies")) {
                throw root.error("the root (expected: <policies>)");
            }
            noText(root);
            attributes(root, Map.of());
            Set<Section> seen = new LinkedHashSet<>();
            for (Element each : root.children) {
                Section section = SECTIONS.get(each.name);
                if (section == null) {
                    throw each.error(
                            "no section of a policy document (expected: inbound, backend, outbound, on-error)");
                }
                if (!seen.add(section)) {
                    throw each.error("a second one (expected: each section once)");
                }
                attributes(each, Map.of());
                policies(each, section);
                if (section == Section.BACKEND && each.children.size() > 1) {
                    throw each.error(each.children.size() + " policies (expected: at most one in backend)");
                }
            }
        }

        void fragment(Element root) throws PolicyException {
            if (!root.name.equals("fragment")) {
                throw root.error("the root (expected: <fragment>)");
            }
            attributes(root, Map.of());
            policies(root, null);
        }

        /** The policies in a section or in a policy; {@code section} null: not known, as in fragments. */
        private void policies(Element parent, @Nullable Section section) throws PolicyException {
            noText(parent);
            for (int i = 0; i < parent.children.size(); i++) {
                Element each = parent.children.get(i);
                if (each.name.equals("base")) {
                    base(each, parent);
                    continue;
                }
                Rule rule = PolicyTable.POLICIES.get(each.name);
                if (rule == null) {
                    throw each.error(unknown(each.name));
                }
                if (section != null && !rule.sections().contains(section)) {
                    throw each.error("not in " + section.label() + " (expected: in " + labels(rule) + ")");
                }
                if (!rule.places().contains(place)) {
                    throw each.error("not in documents of scope " + place.label() + " (expected: of another scope)");
                }
                if (rule.once() && !seenOnce.add(each.name + "/" + section)) {
                    throw each.error("a second one (expected: at most once)");
                }
                one(each, rule, section);
            }
        }

        private void base(Element base, Element parent) throws PolicyException {
            if (place == Place.GLOBAL || place == Place.FRAGMENT || !SECTIONS.containsKey(parent.name)) {
                throw base.error(
                        "not here (expected: in a section of a product's, an API's or an operation's document)");
            }
            if (!base.children.isEmpty()) {
                throw base.error("has children (expected: none)");
            }
            noText(base);
            attributes(base, Map.of());
        }

        private static String unknown(String name) {
            boolean later =
                    PolicyTable.LATER.contains(name) || name.startsWith("llm-") || name.startsWith("azure-openai-");
            return later
                    ? "this gateway does not have this policy yet (expected: another one)"
                    : "no policy of this name (expected: one of " + String.join(", ", PolicyTable.POLICIES.keySet())
                            + ")";
        }

        private static String labels(Rule rule) {
            StringBuilder text = new StringBuilder();
            rule.sections()
                    .forEach(each -> text.append(text.isEmpty() ? "" : ", ").append(each.label()));
            return text.toString();
        }

        private void one(Element element, Rule rule, @Nullable Section section) throws PolicyException {
            attributes(element, rule.attributes());
            if (rule.body()) {
                policies(element, section);
            } else {
                if (!rule.text()) {
                    noText(element);
                }
                inner(element, rule, section);
            }
            if (!rule.oneOf().isEmpty()
                    && rule.oneOf().stream()
                            .noneMatch(name -> element.attributes.containsKey(name)
                                    || element.children.stream().anyMatch(child -> child.name.equals(name)))) {
                throw element.error("none of " + String.join(", ", rule.oneOf()) + " (expected: at least one)");
            }
            references(element);
        }

        private void inner(Element element, Rule rule, @Nullable Section section) throws PolicyException {
            Map<String, Integer> counts = new HashMap<>();
            for (Element child : element.children) {
                Rule childRule = rule.children().get(child.name);
                if (childRule == null) {
                    throw child.error("not in <" + element.name + "> (expected: "
                            + (rule.children().isEmpty()
                                    ? "nothing"
                                    : String.join(", ", rule.children().keySet()))
                            + ")");
                }
                counts.merge(child.name, 1, Integer::sum);
                one(child, childRule, section);
            }
            for (Map.Entry<String, Integer> least : rule.atLeast().entrySet()) {
                if (counts.getOrDefault(least.getKey(), 0) < least.getValue()) {
                    throw element.error("no <" + least.getKey() + "> (expected: at least one)");
                }
            }
            if (element.name.equals("choose")) {
                int last = element.children.size() - 1;
                for (int i = 0; i < last; i++) {
                    if (element.children.get(i).name.equals("otherwise")) {
                        throw element.children.get(i).error("before another branch (expected: last, and once)");
                    }
                }
            }
        }

        private void attributes(Element element, Map<String, Attribute> known) throws PolicyException {
            for (Map.Entry<String, String> each : element.attributes.entrySet()) {
                if (!known.containsKey(each.getKey()) && !each.getKey().equals("id")) {
                    throw element.error("attribute '" + each.getKey() + "' (expected: "
                            + (known.isEmpty() ? "none but id" : String.join(", ", known.keySet())) + ")");
                }
                namedValues(each.getValue());
            }
            for (Attribute each : known.values()) {
                each.check(element);
            }
        }

        private void noText(Element element) throws PolicyException {
            if (!element.text.toString().isBlank()) {
                throw element.error("holds text (expected: elements only)");
            }
        }

        private void references(Element element) {
            boolean liquid = "liquid".equals(element.attributes.get("template"));
            if (!liquid) {
                namedValues(element.text);
            }
            String fragment = element.attributes.get("fragment-id");
            if (fragment != null && element.name.equals("include-fragment") && Element.isLiteral(fragment)) {
                fragments.add(fragment.strip());
            }
            String backend = element.attributes.get("backend-id");
            if (backend != null && element.name.equals("set-backend-service") && Element.isLiteral(backend)) {
                backends.add(backend.strip());
            }
        }

        private void namedValues(CharSequence text) {
            Matcher matcher = NAMED_VALUE.matcher(text);
            while (matcher.find()) {
                namedValues.add(matcher.group(1));
            }
        }
    }
}
