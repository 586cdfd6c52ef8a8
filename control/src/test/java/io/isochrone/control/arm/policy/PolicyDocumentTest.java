package io.isochrone.control.arm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isochrone.control.arm.policy.PolicyText.Form;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyDocumentTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<policies/>",
                "<policies><inbound><base/></inbound><backend><forward-request/></backend><outbound/><on-error/></policies>",
                "<policies><inbound><choose><when condition=\"@(x == \"a\")\"><set-backend-service base-url=\"https://x\"/>"
                        + "</when><otherwise><return-response><set-status code=\"404\"/><set-header name=\"a\">"
                        + "<value>b</value></set-header><set-body>x</set-body></return-response></otherwise></choose>"
                        + "</inbound></policies>",
                "<policies><inbound><rate-limit calls=\"5\" renewal-period=\"10\"><api id=\"a\" calls=\"1\" renewal-period=\"1\"/>"
                        + "</rate-limit></inbound></policies>",
                "<policies><inbound><cors><allowed-origins><origin>*</origin></allowed-origins></cors></inbound></policies>",
                "<policies><inbound><ip-filter action=\"allow\"><address>10.0.0.1</address></ip-filter></inbound></policies>",
                "<policies><inbound><validate-jwt header-name=\"Authorization\"><openid-config url=\"https://x\"/>"
                        + "<required-claims><claim name=\"a\"><value>b</value></claim></required-claims></validate-jwt>"
                        + "</inbound></policies>",
                "<policies><backend><retry condition=\"@(true)\" count=\"3\" interval=\"1\"><forward-request/></retry></backend>"
                        + "</policies>",
                "<policies><outbound><cache-store duration=\"{{ttl}}\"/></outbound></policies>",
                "<policies><inbound><set-body template=\"liquid\">{{body.name}}</set-body></inbound></policies>",
            })
    void acceptsWhatTheTableAllows(String document) throws Exception {
        PolicyDocument.read(document, Form.RAWXML, Place.API);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "API | <policy/> | policy | the root",
                "API | <policies><middle/></policies> | middle | no section",
                "API | <policies><inbound/><inbound/></policies> | inbound | a second one",
                "API | <policies><inbound><set-haeder/></inbound></policies> | set-haeder | no policy of this name",
                "API | <policies><inbound><wait/></inbound></policies> | wait | does not have this policy yet",
                "API | <policies><inbound><forward-request/></inbound></policies> | forward-request | not in inbound",
                "API | <policies><outbound><cors/></outbound></policies> | cors | not in outbound",
                "GLOBAL | <policies><inbound><base/></inbound></policies> | base | not here",
                "GLOBAL | <policies><inbound><rate-limit calls=\"1\" renewal-period=\"1\"/></inbound></policies> | rate-limit | not in"
                        + " documents of scope global",
                "API | <policies><inbound><quota calls=\"1\" renewal-period=\"1\"/></inbound></policies> | quota | not in documents of"
                        + " scope api",
                "PRODUCT | <policies><inbound><quota renewal-period=\"1\"/></inbound></policies> | quota | none of calls, bandwidth",
                "API | <policies><inbound><rate-limit calls=\"1\" renewal-period=\"301\"/></inbound></policies> | rate-limit |"
                        + " whole number from 1 to 300",
                "API | <policies><inbound><rate-limit calls=\"@(1)\" renewal-period=\"1\"/></inbound></policies> | rate-limit |"
                        + " an expression (expected: a literal)",
                "API | <policies><inbound><set-header/></inbound></policies> | set-header | attribute 'name' is missing",
                "API | <policies><inbound><set-header name=\"a\" colour=\"b\"/></inbound></policies> | set-header | attribute"
                        + " 'colour'",
                "API | <policies><inbound><set-header name=\"a\"><vlaue/></set-header></inbound></policies> | vlaue | not in"
                        + " <set-header>",
                "API | <policies><inbound><choose/></inbound></policies> | choose | no <when>",
                "API | <policies><inbound><choose><otherwise/><when condition=\"@(true)\"/></choose></inbound></policies> | otherwise"
                        + " | before another branch",
                "API | <policies><inbound>text</inbound></policies> | inbound | holds text",
                "API | <policies><backend><forward-request/><forward-request/></backend></policies> | backend | 2 policies",
                "API | <policies><inbound><set-status code=\"99\"/></inbound></policies> | set-status | whole number from 100",
                "API | <policies><inbound><set-backend-service/></inbound></policies> | set-backend-service | none of base-url",
                "API | <policies><inbound></policies> | policies | not well-formed",
                "API | <policies>&xxe;</policies> | policies | not well-formed",
                "API | <!DOCTYPE p [<!ENTITY a \"b\">]><policies/> | policies | a declaration",
                "API | <policies a='1' a='2'/> | policies | not well-formed",
                "API | `` | policies | not well-formed",
                "FRAGMENT | <policies/> | policies | <fragment>",
                "FRAGMENT | <fragment><base/></fragment> | base | not here",
            })
    void tellsWhatIsWrongAndWhere(Place place, String document, String element, String message) {
        assertThatThrownBy(() -> PolicyDocument.read(document == null ? "" : document, Form.XML, place))
                .isInstanceOfSatisfying(PolicyException.class, e -> {
                    assertThat(e.sentence()).contains(message).contains("Error in element '" + element + "' on line 1");
                });
    }

    @Test
    void countsTheLinesOfTheDocumentThatWasPut() {
        String document = "<policies>\n  <inbound>\n    <set-variable name=\"a\" value=\"@{\n // x\n return 1; }\" />\n"
                + "    <set-variable\n name=\"b\" />\n  </inbound>\n</policies>";

        assertThatThrownBy(() -> PolicyDocument.read(document, Form.RAWXML, Place.API))
                .isInstanceOfSatisfying(PolicyException.class, e -> {
                    assertThat(e.sentence())
                            .isEqualTo(
                                    "Error in element 'set-variable' on line 6, column 5: attribute 'value' is missing"
                                            + " (expected: it)");
                });
    }

    @Test
    void findsLinesFarInsideOfALongDocument() {
        String document = "<policies><inbound>\n" + "<set-variable name=\"a\" value=\"@(\"<\")\"/>\n".repeat(4_000)
                + "<nonsense/>\n</inbound></policies>";

        assertThatThrownBy(() -> PolicyDocument.read(document, Form.RAWXML, Place.API))
                .isInstanceOfSatisfying(
                        PolicyException.class, e -> assertThat(e.line()).isEqualTo(4_002));
    }

    @Test
    void boundsSizeAndDepth() {
        String deep = "<policies><inbound>" + "<choose><when condition=\"@(true)\">".repeat(40);

        assertThatThrownBy(() -> PolicyDocument.read(deep, Form.XML, Place.API))
                .hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> PolicyDocument.read("<".repeat(300_000), Form.XML, Place.API))
                .hasMessageContaining("300000 characters");
    }

    @Test
    void findsWhatTheDocumentNames() throws Exception {
        PolicyDocument document = PolicyDocument.read(
                "<policies><inbound><set-header name=\"{{name}}\"><value>@(\"{{other}}\")</value></set-header>"
                        + "<include-fragment fragment-id=\"f\"/><set-backend-service backend-id=\"b\"/>"
                        + "<set-backend-service backend-id=\"@(x)\"/></inbound></policies>",
                Form.XML,
                Place.GLOBAL);

        assertThat(document.namedValues()).containsExactlyInAnyOrder("name", "other");
        assertThat(document.fragments()).containsExactly("f");
        assertThat(document.backends()).containsExactly("b");
    }
}
