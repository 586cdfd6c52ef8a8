package io.isochrone.control.publish;

import io.isochrone.config.catalogue.RegionCatalogue;
import io.isochrone.config.model.Region;
import io.isochrone.control.arm.policy.PolicyException;
import io.isochrone.control.arm.policy.PolicyText;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What a policy document says about backends before any request is seen: {@code set-backend-service} with a literal, alone or chosen by
 * {@code context.Deployment.Region}. What depends on a request stays with the policy.
 *
 * <p>Immutable.
 *
 * @param everywhere for regions without their own; null: not said
 * @param regional by canonical region name
 * @param hasBase whether the wider scope's policy comes first
 */
record BackendPolicy(@Nullable Target everywhere, Map<String, Target> regional, boolean hasBase) {
    private static final String REGION = "context\\.Deployment\\.Region";
    private static final Pattern CONDITION = Pattern.compile("@\\(\\s*(?:\"([^\"]+)\"\\.Equals\\(\\s*" + REGION
            + "(?:\\s*,\\s*StringComparison\\.\\w+)?\\s*\\)|" + REGION + "\\s*==\\s*\"([^\"]+)\"|\"([^\"]+)\"\\s*==\\s*"
            + REGION + "|" + REGION
            + "\\.Equals\\(\\s*\"([^\"]+)\"(?:\\s*,\\s*StringComparison\\.\\w+)?\\s*\\))\\s*\\)");

    /**
     * Where to.
     *
     * @param isEntity whether {@code value} names a backend entity; a URL otherwise
     * @param value name or URL
     */
    record Target(boolean isEntity, String value) {}

    /** Reads a document; one that is no policy document is an {@link UnpublishableException} at {@code path}. */
    static BackendPolicy read(String path, String text, String format) {
        PolicyText.Form form = PolicyText.Form.of(format);
        if (form == null) {
            throw new UnpublishableException(path, "format \"" + format + "\"", "xml or rawxml");
        }
        Element root;
        try {
            root = parser().parse(
                            new InputSource(new StringReader(PolicyText.convert(text, form, PolicyText.Form.XML))))
                    .getDocumentElement();
        } catch (SAXException | IOException | PolicyException e) {
            throw new UnpublishableException(path, "not a policy document: " + e.getMessage(), "well-formed XML");
        }
        Map<String, Target> regional = new TreeMap<>();
        Target everywhere = null;
        boolean base = false;
        for (Element section : children(root)) {
            if (!section.getTagName().equals("inbound") && !section.getTagName().equals("backend")) {
                continue;
            }
            for (Element statement : children(section)) {
                Target set = target(statement);
                if (set != null) {
                    everywhere = set;
                    regional.clear();
                } else if (statement.getTagName().equals("choose")) {
                    everywhere = choose(statement, regional, everywhere);
                } else {
                    base |= statement.getTagName().equals("base")
                            && section.getTagName().equals("inbound");
                }
            }
        }
        return new BackendPolicy(everywhere, Collections.unmodifiableMap(regional), base);
    }

    private static @Nullable Target choose(Element choose, Map<String, Target> regional, @Nullable Target everywhere) {
        Map<String, Target> found = new TreeMap<>();
        Target otherwise = everywhere;
        for (Element branch : children(choose)) {
            Target target =
                    children(branch).size() == 1 ? target(children(branch).get(0)) : null;
            if (branch.getTagName().equals("otherwise")) {
                otherwise = target == null ? otherwise : target;
                continue;
            }
            Matcher condition = CONDITION.matcher(branch.getAttribute("condition"));
            if (!condition.matches()) {
                return everywhere; // it depends on more than the region
            }
            Region region = RegionCatalogue.clouds().find(name(condition));
            if (region != null && target != null) {
                found.putIfAbsent(region.name(), target);
            }
        }
        regional.putAll(found);
        return otherwise;
    }

    private static String name(Matcher condition) {
        for (int i = 1; i <= condition.groupCount(); i++) {
            String name = condition.group(i);
            if (name != null) {
                return name;
            }
        }
        return "";
    }

    private static @Nullable Target target(Element element) {
        if (!element.getTagName().equals("set-backend-service")) {
            return null;
        }
        String entity = element.getAttribute("backend-id");
        String url = element.getAttribute("base-url");
        String value = entity.isEmpty() ? url : entity;
        return value.isEmpty() || value.startsWith("@") || value.contains("{{")
                ? null
                : new Target(!entity.isEmpty(), value);
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static DocumentBuilder parser() {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        try {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder parser = factory.newDocumentBuilder();
            parser.setErrorHandler(null);
            return parser;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every JDK's parser has these features", e);
        }
    }
}
