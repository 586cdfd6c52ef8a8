package io.isochrone.control.arm.policy;

import static io.isochrone.control.arm.policy.Attribute.ANY;
import static io.isochrone.control.arm.policy.Attribute.BOOL;
import static io.isochrone.control.arm.policy.Attribute.SOME;
import static io.isochrone.control.arm.policy.Attribute.may;
import static io.isochrone.control.arm.policy.Attribute.must;
import static io.isochrone.control.arm.policy.Attribute.oneOf;
import static io.isochrone.control.arm.policy.Attribute.whole;

import io.isochrone.control.arm.policy.Rule.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The policies that documents may use, after the contract's table: attributes, children, sections and scopes of each. What is not
 * here is refused when it is put, because it would do nothing when a call comes.
 *
 * <p>Immutable.
 */
final class PolicyTable {
    /** Policies that the contract knows and that are not there yet; told apart from misspelt ones. */
    static final Set<String> LATER = Set.of(
            "wait",
            "trace",
            "emit-metric",
            "xml-to-json",
            "json-to-xml",
            "redirect-content-urls",
            "xsl-transform",
            "authentication-basic",
            "authentication-certificate",
            "authentication-managed-identity",
            "validate-content",
            "validate-parameters",
            "validate-headers",
            "validate-status-code",
            "jsonp",
            "cross-domain",
            "proxy",
            "log-to-eventhub");

    /** By name. */
    static final Map<String, Rule> POLICIES = Collections.unmodifiableMap(policies());

    private PolicyTable() {}

    private static Map<String, Rule> policies() {
        Map<String, Rule> all = new LinkedHashMap<>();
        flow(all);
        requests(all);
        limits(all);
        access(all);
        caching(all);
        calls(all);
        return all;
    }

    private static void flow(Map<String, Rule> all) {
        all.put(
                "choose",
                Rule.of()
                        .with("when", 1, Rule.of(must("condition", SOME)).holdingPolicies())
                        .with("otherwise", 0, Rule.of().holdingPolicies()));
        all.put(
                "retry",
                Rule.of(
                                must("condition", SOME),
                                must("count", whole(1, 50)),
                                must("interval", whole(0, Integer.MAX_VALUE)),
                                may("max-interval", whole(0, Integer.MAX_VALUE)),
                                may("delta", whole(0, Integer.MAX_VALUE)),
                                may("first-fast-retry", BOOL))
                        .holdingPolicies());
        all.put(
                "limit-concurrency",
                Rule.of(
                                must("key", SOME),
                                must("max-count", whole(1, Integer.MAX_VALUE)).literal())
                        .holdingPolicies());
        all.put("include-fragment", Rule.of(must("fragment-id", SOME).literal()));
        all.put(
                "return-response",
                Rule.of(may("response-variable-name", SOME))
                        .with("set-status", 0, status())
                        .with("set-header", 0, header("value"))
                        .with("set-body", 0, body()));
        all.put(
                "mock-response",
                Rule.of(may("status-code", whole(100, 599)), may("content-type", SOME))
                        .in(Section.INBOUND, Section.OUTBOUND, Section.ON_ERROR));
        all.put("set-variable", Rule.of(must("name", SOME), must("value", ANY)));
    }

    private static void requests(Map<String, Rule> all) {
        all.put(
                "set-backend-service",
                Rule.of(may("base-url", SOME), may("backend-id", SOME))
                        .in(Section.INBOUND, Section.BACKEND)
                        .needingOneOf("base-url", "backend-id"));
        all.put(
                "forward-request",
                Rule.of(
                                may("timeout", whole(1, Integer.MAX_VALUE)),
                                may("timeout-ms", whole(1, Integer.MAX_VALUE)),
                                may("continue-timeout", whole(0, Integer.MAX_VALUE)),
                                may("follow-redirects", BOOL),
                                may("buffer-request-body", BOOL),
                                may("buffer-response", BOOL),
                                may("fail-on-error-status-code", BOOL),
                                may("http-version", oneOf("1", "2or1", "2")))
                        .in(Section.BACKEND));
        all.put("set-header", header("value"));
        all.put("set-query-parameter", header("value").in(Section.INBOUND, Section.BACKEND));
        all.put(
                "rewrite-uri",
                Rule.of(must("template", SOME), may("copy-unmatched-params", BOOL))
                        .in(Section.INBOUND));
        all.put("set-method", Rule.of().holdingText());
        all.put("set-body", body());
        all.put("set-status", status());
        all.put("find-and-replace", Rule.of(must("from", ANY), must("to", ANY)));
    }

    private static void limits(Map<String, Rule> all) {
        Attribute calls = must("calls", whole(1, Integer.MAX_VALUE));
        Attribute sliding = must("renewal-period", whole(1, 300));
        Attribute[] answer = {
            calls.literal(),
            sliding.literal(),
            may("retry-after-header-name", SOME),
            may("retry-after-variable-name", SOME),
            may("remaining-calls-header-name", SOME),
            may("remaining-calls-variable-name", SOME),
            may("total-calls-header-name", SOME)
        };
        Rule inner =
                Rule.of(may("name", SOME), calls.literal(), sliding.literal()).needingOneOf("id", "name");
        all.put(
                "rate-limit",
                Rule.of(answer)
                        .with("api", 0, inner.with("operation", 0, inner))
                        .in(Section.INBOUND)
                        .at(Place.PRODUCT, Place.API, Place.OPERATION)
                        .onlyOnce());
        all.put(
                "rate-limit-by-key",
                Rule.of(
                                calls,
                                sliding,
                                must("counter-key", SOME),
                                may("increment-condition", SOME),
                                may("increment-count", whole(0, Integer.MAX_VALUE)),
                                answer[2],
                                answer[3],
                                answer[4],
                                answer[5],
                                answer[6])
                        .in(Section.INBOUND));
        Attribute mayCalls = may("calls", whole(1, Long.MAX_VALUE));
        Attribute bandwidth = may("bandwidth", whole(1, Long.MAX_VALUE));
        Attribute fixed = must("renewal-period", whole(0, Integer.MAX_VALUE));
        Rule innerQuota = Rule.of(may("name", SOME), mayCalls.literal(), bandwidth.literal(), fixed.literal())
                .needingOneOf("calls", "bandwidth");
        all.put(
                "quota",
                Rule.of(mayCalls.literal(), bandwidth.literal(), fixed.literal())
                        .needingOneOf("calls", "bandwidth")
                        .with("api", 0, innerQuota.with("operation", 0, innerQuota))
                        .in(Section.INBOUND)
                        .at(Place.PRODUCT)
                        .onlyOnce());
        all.put(
                "quota-by-key",
                Rule.of(
                                mayCalls,
                                bandwidth,
                                fixed,
                                must("counter-key", SOME),
                                may("increment-condition", SOME),
                                may("increment-count", whole(0, Integer.MAX_VALUE)),
                                may("first-period-start", SOME))
                        .needingOneOf("calls", "bandwidth")
                        .in(Section.INBOUND));
    }

    private static void access(Map<String, Rule> all) {
        Rule text = Rule.of().holdingText();
        all.put(
                "ip-filter",
                Rule.of(must("action", oneOf("allow", "forbid")))
                        .with("address", 0, text)
                        .with("address-range", 0, Rule.of(must("from", SOME), must("to", SOME)))
                        .needingOneOf("address", "address-range")
                        .in(Section.INBOUND));
        all.put(
                "check-header",
                Rule.of(
                                must("name", SOME),
                                must("failed-check-httpcode", whole(100, 599)),
                                must("failed-check-error-message", ANY),
                                must("ignore-case", oneOf("true", "false", "True", "False")))
                        .with("value", 0, text)
                        .in(Section.INBOUND));
        all.put("validate-jwt", jwt(text));
        all.put(
                "cors",
                Rule.of(may("allow-credentials", BOOL), may("terminate-unmatched-request", BOOL))
                        .with("allowed-origins", 1, Rule.of().with("origin", 1, text))
                        .with(
                                "allowed-methods",
                                0,
                                Rule.of(may("preflight-result-max-age", whole(0, Integer.MAX_VALUE)))
                                        .with("method", 1, text))
                        .with("allowed-headers", 0, Rule.of().with("header", 1, text))
                        .with("expose-headers", 0, Rule.of().with("header", 1, text))
                        .in(Section.INBOUND)
                        .onlyOnce());
    }

    private static Rule jwt(Rule text) {
        Rule keys = Rule.of(may("certificate-id", SOME), may("n", SOME), may("e", SOME))
                .holdingText();
        Rule claim = Rule.of(must("name", SOME), may("match", oneOf("all", "any")), may("separator", SOME))
                .with("value", 0, text);
        return Rule.of(
                        may("header-name", SOME),
                        may("query-parameter-name", SOME),
                        may("token-value", SOME),
                        may("failed-validation-httpcode", whole(100, 599)),
                        may("failed-validation-error-message", ANY),
                        may("require-expiration-time", BOOL),
                        may("require-scheme", SOME),
                        may("require-signed-tokens", BOOL),
                        may("clock-skew", whole(0, Integer.MAX_VALUE)),
                        may("output-token-variable-name", SOME).literal())
                .needingOneOf("header-name", "query-parameter-name", "token-value")
                .with("openid-config", 0, Rule.of(must("url", SOME)))
                .with("issuer-signing-keys", 0, Rule.of().with("key", 1, keys))
                .with("decryption-keys", 0, Rule.of().with("key", 1, keys))
                .with("audiences", 0, Rule.of().with("audience", 1, text))
                .with("issuers", 0, Rule.of().with("issuer", 1, text))
                .with("required-claims", 0, Rule.of().with("claim", 1, claim))
                .in(Section.INBOUND);
    }

    private static void caching(Map<String, Rule> all) {
        Attribute type = may("caching-type", oneOf("internal", "external", "prefer-external"));
        Rule text = Rule.of().holdingText();
        all.put(
                "cache-lookup",
                Rule.of(
                                must("vary-by-developer", BOOL),
                                must("vary-by-developer-groups", BOOL),
                                type,
                                may("downstream-caching-type", oneOf("none", "private", "public")),
                                may("must-revalidate", BOOL),
                                may("allow-private-response-caching", BOOL))
                        .with("vary-by-header", 0, text)
                        .with("vary-by-query-parameter", 0, text)
                        .in(Section.INBOUND)
                        .onlyOnce());
        all.put(
                "cache-store",
                Rule.of(must("duration", whole(1, Integer.MAX_VALUE)), may("cache-response", BOOL))
                        .in(Section.OUTBOUND)
                        .onlyOnce());
        all.put(
                "cache-lookup-value",
                Rule.of(must("key", SOME), must("variable-name", SOME), may("default-value", ANY), type));
        all.put(
                "cache-store-value",
                Rule.of(must("key", SOME), must("value", ANY), must("duration", whole(1, Integer.MAX_VALUE)), type));
        all.put("cache-remove-value", Rule.of(must("key", SOME), type));
    }

    private static void calls(Map<String, Rule> all) {
        Rule text = Rule.of().holdingText();
        Rule call = Rule.of(
                        may("mode", oneOf("new", "copy")),
                        may("response-variable-name", SOME),
                        may("timeout", whole(1, Integer.MAX_VALUE)),
                        may("ignore-error", BOOL))
                .with("set-url", 0, text)
                .with("set-method", 0, text)
                .with("set-header", 0, header("value"))
                .with("set-body", 0, body());
        all.put("send-request", call);
        all.put("send-one-way-request", call);
    }

    private static Rule header(String value) {
        return Rule.of(must("name", SOME), may("exists-action", oneOf("override", "skip", "append", "delete")))
                .with(value, 0, Rule.of().holdingText());
    }

    private static Rule body() {
        return Rule.of(may("template", oneOf("liquid", "none")).literal(), may("xsi-nil", ANY), may("parse-date", BOOL))
                .holdingText();
    }

    private static Rule status() {
        return Rule.of(must("code", whole(100, 599)), may("reason", ANY));
    }
}
