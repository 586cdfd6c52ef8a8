package io.isochrone.control.arm.policy;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads a policy document into elements, with a parser that knows no DTD, no entities and no other documents. Thread-safe: no state. */
final class PolicyReader {
    private static final int MAX_DEPTH = 64;

    private PolicyReader() {}

    /** The root element. */
    static Element read(String text, PolicyText.Form form) throws PolicyException {
        if (text.length() > PolicyText.MAX_LENGTH) {
            throw new PolicyException(
                    "policies", 1, 1, text.length() + " characters (expected: at most " + PolicyText.MAX_LENGTH + ")");
        }
        String xml = PolicyText.xmlForChecks(text, form);
        try {
            return elements(factory().createXMLStreamReader(new StringReader(xml)), xml);
        } catch (XMLStreamException e) {
            Location where = e.getLocation();
            throw new PolicyException(
                    "policies",
                    where == null ? 1 : where.getLineNumber(),
                    where == null ? 1 : where.getColumnNumber(),
                    "not well-formed: " + reason(e));
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("other documents are not read");
        });
        return factory;
    }

    /** The parser's words without the position that it puts before them. */
    private static String reason(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        int words = message.indexOf("Message: ");
        return words < 0 ? message : message.substring(words + "Message: ".length());
    }

    private static Element elements(XMLStreamReader reader, String xml) throws XMLStreamException, PolicyException {
        Element root = null;
        Deque<Element> open = new ArrayDeque<>();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    Element element = element(reader, xml);
                    if (open.size() >= MAX_DEPTH) {
                        throw element.error("nested too deep (expected: at most " + MAX_DEPTH + " levels)");
                    }
                    if (open.isEmpty()) {
                        root = element;
                    } else {
                        open.getLast().children.add(element);
                    }
                    open.addLast(element);
                }
                case XMLStreamConstants.END_ELEMENT -> open.removeLast();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        open.getLast().text.append(reader.getText());
                    }
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new PolicyException(
                            open.isEmpty() ? "policies" : open.getLast().name,
                            reader.getLocation().getLineNumber(),
                            reader.getLocation().getColumnNumber(),
                            "&" + reader.getLocalName() + "; (expected: no entities but XML's own)");
                default -> {
                    // comments, processing instructions and the document's ends say nothing
                }
            }
        }
        if (root == null) {
            throw new PolicyException("policies", 1, 1, "no element (expected: a policy document)");
        }
        return root;
    }

    /** The parser stands behind the tag, which holds no other "<". */
    private static Element element(XMLStreamReader reader, String xml) {
        int behind = Math.min(reader.getLocation().getCharacterOffset(), xml.length());
        Element element = new Element(reader.getLocalName(), xml, Math.max(0, xml.lastIndexOf('<', behind - 1)));
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        return element;
    }
}
