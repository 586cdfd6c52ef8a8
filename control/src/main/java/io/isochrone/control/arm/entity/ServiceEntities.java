package io.isochrone.control.arm.entity;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration entities of one service as they are stored, for whoever publishes them; {@link StoredEntities} reads them.
 * References are names in the case of their creation; compare names without case.
 *
 * <p>Immutable.
 *
 * @param apis all revisions, in order of key
 * @param operations of all APIs
 * @param products with what they hold
 * @param subscriptions those whose keys are known
 * @param backends by name
 * @param namedValues with their values, secret ones too
 * @param policies of all scopes
 * @param fragments by name
 * @param gateways self-hosted ones
 */
public record ServiceEntities(
        List<Api> apis,
        List<Operation> operations,
        List<Product> products,
        List<Subscription> subscriptions,
        List<Backend> backends,
        List<NamedValue> namedValues,
        List<Policy> policies,
        List<Fragment> fragments,
        List<SelfHosted> gateways) {
    public ServiceEntities {
        apis = List.copyOf(apis);
        operations = List.copyOf(operations);
        products = List.copyOf(products);
        subscriptions = List.copyOf(subscriptions);
        backends = List.copyOf(backends);
        namedValues = List.copyOf(namedValues);
        policies = List.copyOf(policies);
        fragments = List.copyOf(fragments);
        gateways = List.copyOf(gateways);
    }

    /**
     * An API or one of its revisions.
     *
     * @param name such as {@code echo}, or {@code echo;rev=2} for a revision that is not current
     * @param displayName for people
     * @param path prefix without slashes at its ends, such as {@code echo} or {@code a/b}; empty: every path
     * @param protocols of {@code http, https, ws, wss}
     * @param serviceUrl absolute URL of the backend; null: none, a policy names it
     * @param subscriptionRequired whether calls need a key
     * @param keyHeader the header that has the key
     * @param keyQuery the query parameter that has the key
     * @param revision such as {@code 1}
     * @param isCurrent whether calls without a revision go to it
     * @param version such as {@code v1}; null: unversioned
     * @param versionSet id of the version set; null: unversioned
     * @param type {@code http} or {@code websocket}
     */
    public record Api(
            String name,
            String displayName,
            String path,
            List<String> protocols,
            @Nullable String serviceUrl,
            boolean subscriptionRequired,
            String keyHeader,
            String keyQuery,
            String revision,
            boolean isCurrent,
            @Nullable String version,
            @Nullable String versionSet,
            String type) {
        public Api {
            protocols = List.copyOf(protocols);
        }
    }

    /**
     * An operation of an API.
     *
     * @param api its API's name
     * @param name unique in the API
     * @param displayName for people
     * @param method upper-case
     * @param urlTemplate begins with a slash, such as {@code /pets/{id}}
     */
    public record Operation(String api, String name, String displayName, String method, String urlTemplate) {}

    /**
     * A product.
     *
     * @param name unique
     * @param displayName for people
     * @param subscriptionRequired whether calls need a key
     * @param published whether it is offered
     * @param apis names of the APIs that belong to it
     */
    public record Product(
            String name, String displayName, boolean subscriptionRequired, boolean published, Set<String> apis) {
        public Product {
            apis = Set.copyOf(apis);
        }
    }

    /**
     * A subscription with the hashes of its keys. Only those in the state {@code active} let a call in.
     *
     * @param name unique
     * @param displayName for people
     * @param scope {@code /apis}, {@code /apis/NAME} or {@code /products/NAME}
     * @param state such as {@code active}
     * @param primaryHash SHA-256 of the primary key's UTF-8 bytes, lower-case hex
     * @param secondaryHash of the secondary key
     */
    public record Subscription(
            String name, String displayName, String scope, String state, String primaryHash, String secondaryHash) {
        /** Whether its keys let calls in. */
        public boolean isActive() {
            return state.equals("active");
        }
    }

    /**
     * Where policies send calls.
     *
     * @param name unique
     * @param url absolute; null for pools
     * @param protocol {@code http} or {@code soap}; null for pools
     * @param members of a pool; empty for single ones
     * @param circuitBreakers as in the document, JSON objects: {@code name, failureCondition, tripDuration, acceptRetryAfter}
     * @param validateChain whether the chain of its TLS certificate is checked
     * @param validateName whether the name in its TLS certificate is checked
     * @param credentials JSON object {@code header, query, authorization}; null: none. Secret
     */
    public record Backend(
            String name,
            @Nullable String url,
            @Nullable String protocol,
            List<Member> members,
            List<String> circuitBreakers,
            boolean validateChain,
            boolean validateName,
            @Nullable String credentials) {
        public Backend {
            members = List.copyOf(members);
            circuitBreakers = List.copyOf(circuitBreakers);
        }

        /** Does not show the credentials. */
        @Override
        public String toString() {
            return "Backend[" + name + ", " + url + ", " + members + "]";
        }
    }

    /**
     * A backend of a pool.
     *
     * @param backend its name
     * @param priority 0 to 100; lower ones first
     * @param weight 0 to 100
     */
    public record Member(String backend, int priority, int weight) {}

    /**
     * A value that policies name as <code>{{displayName}}</code>.
     *
     * @param name unique
     * @param displayName unique too
     * @param value what stands for it
     * @param secret whether it may be shown
     */
    public record NamedValue(String name, String displayName, String value, boolean secret) {
        /** Does not show secret values. */
        @Override
        public String toString() {
            return "NamedValue[" + displayName + ", " + (secret ? "***" : value) + "]";
        }
    }

    /**
     * A policy document.
     *
     * @param api the API's name; null: of the service or a product
     * @param operation the operation's name; null: of a wider scope
     * @param product the product's name; null: of another scope
     * @param xml well-formed XML; expressions are escaped, line breaks in attributes too
     */
    public record Policy(
            @Nullable String api,
            @Nullable String operation,
            @Nullable String product,
            String xml) {}

    /**
     * A part of policy documents that is named in {@code include-fragment}.
     *
     * @param name unique
     * @param xml as in {@link Policy}, with the root {@code fragment}
     */
    public record Fragment(String name, String xml) {}

    /**
     * A self-hosted gateway.
     *
     * @param name unique
     * @param location its location's name
     * @param apis names of the APIs that it serves
     */
    public record SelfHosted(String name, String location, Set<String> apis) {
        public SelfHosted {
            apis = Set.copyOf(apis);
        }
    }
}
