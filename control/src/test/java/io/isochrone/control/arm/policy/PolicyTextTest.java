package io.isochrone.control.arm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.control.arm.policy.PolicyText.Form;
import java.io.StringReader;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class PolicyTextTest {
    @Test
    void escapesExpressionsAndNothingElse() throws Exception {
        String raw = """
                <policies>
                  <!-- @( "a" < b -->
                  <inbound>
                    <choose><when condition="@(x == "East Asia" && y < 2)"><base /></when></choose>
                    <set-body>@{ return "<a>" + 'b'; }</set-body>
                    <set-body><![CDATA[@( "a" < b )]]></set-body>
                    <set-header name="a &amp; b"><value>x &lt; y @(z)</value></set-header>
                  </inbound>
                </policies>""";
        String xml = raw.replace("@(x == \"East Asia\" && y < 2)", "@(x == &quot;East Asia&quot; &amp;&amp; y &lt; 2)")
                .replace("@{ return \"<a>\" +", "@{ return \"&lt;a&gt;\" +");

        assertThat(PolicyText.convert(raw, Form.RAWXML, Form.XML)).isEqualTo(xml);
        assertThat(PolicyText.convert(xml, Form.XML, Form.RAWXML)).isEqualTo(raw);
        assertThat(PolicyText.convert(raw, Form.RAWXML, Form.RAWXML)).isEqualTo(raw);
    }

    @Test
    void keepsLineBreaksOfExpressionsInAttributes() throws Exception {
        String raw = "<a b='@{ // it''s\r\n\treturn 1; }'/>";

        String xml = PolicyText.convert(raw, Form.RAWXML, Form.XML);

        assertThat(xml).isEqualTo("<a b='@{ // it&apos;&apos;s&#xD;&#xA;&#x9;return 1; }'/>");
        assertThat(parsed(xml).getAttribute("b")).isEqualTo("@{ // it''s\r\n\treturn 1; }");
        assertThat(PolicyText.convert(xml, Form.XML, Form.RAWXML)).isEqualTo(raw);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RAWXML | <a b=\"@(x\"/> | has a text without end",
                "RAWXML | <a b=\"@(x) y\"/> | text behind an expression",
                "RAWXML | <a>@(x) y</a> | text behind an expression",
                "RAWXML | <a b=\"&#64;(x)\"/> | begins with a reference",
                "RAWXML | <a b=\"x | no closing",
                "RAWXML | <a | no '>'",
                "RAWXML | <!-- | no \"-->\"",
                "XML | <!DOCTYPE a> | a declaration",
                "XML | <a>@(x</a> | no closing ')'",
                "XML | <a>@(&quot;)</a> | a text without end",
                "XML | <a b='@(x) y'/> | text behind an expression",
            })
    void refusesWhatHasNoEnd(Form form, String text, String message) {
        assertThatThrownBy(() -> PolicyText.convert(text, form, Form.XML))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(message);
    }

    @Test
    void seed43DocumentsComeBackFromXmlAsTheyWere() throws Exception {
        Random random = new Random(43);
        for (int i = 0; i < 3_000; i++) {
            String code = ExpressionScannerTest.code(random, 3);
            String expression = random.nextBoolean() ? "@(" + code + ")" : "@{" + code + "}";
            char quote = random.nextBoolean() ? '"' : '\'';
            String raw = "<p a=" + quote + expression + quote + " b=\"&amp;x\">\n " + expression + "\n<!-- " + (i % 7)
                    + " -->\n</p>";

            String xml = PolicyText.convert(raw, Form.RAWXML, Form.XML);

            assertThat(PolicyText.convert(xml, Form.XML, Form.RAWXML)).isEqualTo(raw);
            assertThat(parsed(xml).getAttribute("a")).isEqualTo(expression);
            assertThat(parsed(xml).getTextContent().strip()).isEqualTo(expression);
        }
    }

    @Test
    void fuzzSeed44ThrowsNothingButPolicyExceptions() {
        Random random = new Random(44);
        String[] pieces = {
            "<",
            ">",
            "/>",
            "</",
            "a",
            " ",
            "=",
            "\"",
            "'",
            "@(",
            "@{",
            ")",
            "}",
            "&",
            ";",
            "&lt;",
            "&#x",
            "&#64;",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
            "?>",
            "\n",
            "<policies>",
            "</policies>",
            "<inbound>",
            "</inbound>",
            "<base/>",
            "&#99999999;"
        };
        int good = 0;
        for (int i = 0; i < 4_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            for (Form form : Form.values()) {
                try {
                    PolicyText.convert(text.toString(), form, form == Form.XML ? Form.RAWXML : Form.XML);
                    good++;
                } catch (PolicyException e) {
                    assertThat(e.line()).isPositive();
                }
                try {
                    PolicyDocument.read(text.toString(), form, Place.API);
                } catch (PolicyException e) {
                    assertThat(e.sentence()).startsWith("Error in element '");
                }
            }
        }
        assertThat(good).isPositive();
    }

    private static org.w3c.dom.Element parsed(String xml) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getDocumentElement();
    }
}
