package io.isochrone.control.arm.entity;

import com.fasterxml.jackson.databind.JsonNode;
import io.isochrone.control.access.SecretBox;
import io.isochrone.control.arm.Json;
import io.isochrone.control.arm.policy.PolicyException;
import io.isochrone.control.arm.policy.PolicyText;
import io.isochrone.control.store.Entry;
import io.isochrone.control.store.Keys;
import io.isochrone.control.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration entities of a service as they are stored: each under {@link Keys#resource} of its id as
 *
 * <pre>{@code
 * {"id":"/subscriptions/…/service/apim1/apis/echo","name":"echo","type":"Microsoft.ApiManagement/service/apis","properties":{…}}
 * }</pre>
 *
 * with the contract's properties, defaults filled in; what is secret under {@link Keys#secret} of the same id, sealed:
 *
 * <table>
 * <caption>Sealed JSON</caption>
 * <tr><td>subscriptions, gateways</td><td>{@code {"primaryKey":"…","secondaryKey":"…"}}</td></tr>
 * <tr><td>secret named values</td><td>{@code {"value":"…"}}</td></tr>
 * <tr><td>backends with credentials</td><td>{@code {"credentials":{…}}}</td></tr>
 * </table>
 *
 * Links are entities below their product or gateway with empty properties, named as the API. Of the pair of a resource and its
 * secret the secret may be missing when the resource went between the two reads; then the resource is left out.
 *
 * <p>Not thread-safe; confined to its owner.
 */
public final class StoredEntities {
    private final SecretBox box;
    private final String service;
    private final Map<String, JsonNode> documents = new LinkedHashMap<>();
    private final Map<String, Entry> secrets = new HashMap<>();

    private StoredEntities(String service, SecretBox box) {
        this.service = Keys.resource(service) + "/";
        this.box = box;
    }

    /**
     * All entities of a service by its id. Throws {@link SecretBox.UnsealException} when secrets were sealed with another key, and
     * {@link IllegalArgumentException} when the store is damaged.
     */
    public static ServiceEntities read(Store store, String serviceId, SecretBox box) {
        List<Entry> entries =
                new ArrayList<>(store.list(Keys.resource(serviceId) + "/").entries());
        entries.addAll(store.list(Keys.secret(serviceId) + "/").entries());
        return of(entries, serviceId, box);
    }

    /** The same from entries of both kinds, in any order; others are passed over. */
    public static ServiceEntities of(List<Entry> entries, String serviceId, SecretBox box) {
        StoredEntities stored = new StoredEntities(serviceId, box);
        String secret = Keys.secret(serviceId) + "/";
        for (Entry each : entries) {
            if (each.key().startsWith(stored.service)) {
                stored.documents.put(each.key().substring(stored.service.length()), Json.stored(each.value()));
            } else if (each.key().startsWith(secret)) {
                stored.secrets.put(each.key().substring(secret.length()), each);
            }
        }
        return stored.all();
    }

    private ServiceEntities all() {
        List<ServiceEntities.Api> apis = new ArrayList<>();
        List<ServiceEntities.Operation> operations = new ArrayList<>();
        List<ServiceEntities.Product> products = new ArrayList<>();
        List<ServiceEntities.Subscription> subscriptions = new ArrayList<>();
        List<ServiceEntities.Backend> backends = new ArrayList<>();
        List<ServiceEntities.NamedValue> namedValues = new ArrayList<>();
        List<ServiceEntities.Policy> policies = new ArrayList<>();
        List<ServiceEntities.Fragment> fragments = new ArrayList<>();
        List<ServiceEntities.SelfHosted> gateways = new ArrayList<>();
        documents.forEach((place, document) -> {
            String[] words = place.split("/");
            JsonNode properties = document.path("properties");
            switch (words.length + " " + words[words.length - 2]) {
                case "2 apis" -> apis.add(api(document, properties));
                case "4 operations" -> operations.add(operation(words[1], document, properties));
                case "2 products" -> products.add(product(place, document, properties));
                case "2 subscriptions" -> add(subscriptions, subscription(place, document, properties));
                case "2 backends" -> add(backends, backend(place, document, properties));
                case "2 namedvalues" -> add(namedValues, namedValue(place, document, properties));
                case "2 policies", "4 policies", "6 policies" -> policies.add(policy(words, properties));
                case "2 policyfragments" ->
                    fragments.add(new ServiceEntities.Fragment(name(document), xml(properties)));
                case "2 gateways" ->
                    gateways.add(new ServiceEntities.SelfHosted(
                            name(document),
                            properties.path("locationData").path("name").asText(),
                            linked(place)));
                default -> {
                    // links, which their parents count
                }
            }
        });
        return new ServiceEntities(
                apis, operations, products, subscriptions, backends, namedValues, policies, fragments, gateways);
    }

    private static <T> void add(List<T> list, @Nullable T item) {
        if (item != null) {
            list.add(item);
        }
    }

    private static String name(JsonNode document) {
        return document.path("name").asText();
    }

    /** The name that an entity was created with. */
    private String nameAt(String place) {
        JsonNode document = documents.get(place);
        return document == null ? place.substring(place.lastIndexOf('/') + 1) : name(document);
    }

    private static ServiceEntities.Api api(JsonNode document, JsonNode properties) {
        List<String> protocols = new ArrayList<>();
        properties.path("protocols").forEach(each -> protocols.add(each.asText()));
        JsonNode keys = properties.path("subscriptionKeyParameterNames");
        return new ServiceEntities.Api(
                name(document),
                properties.path("displayName").asText(),
                properties.path("path").asText(),
                protocols,
                properties.path("serviceUrl").textValue(),
                properties.path("subscriptionRequired").asBoolean(),
                keys.path("header").asText(),
                keys.path("query").asText(),
                properties.path("apiRevision").asText(),
                properties.path("isCurrent").asBoolean(),
                properties.path("apiVersion").textValue(),
                properties.path("apiVersionSetId").textValue(),
                properties.path("type").asText());
    }

    private ServiceEntities.Operation operation(String api, JsonNode document, JsonNode properties) {
        return new ServiceEntities.Operation(
                nameAt("apis/" + api),
                name(document),
                properties.path("displayName").asText(),
                properties.path("method").asText(),
                properties.path("urlTemplate").asText());
    }

    private ServiceEntities.Product product(String place, JsonNode document, JsonNode properties) {
        return new ServiceEntities.Product(
                name(document),
                properties.path("displayName").asText(),
                properties.path("subscriptionRequired").asBoolean(),
                properties.path("state").asText().equals("published"),
                linked(place));
    }

    private Set<String> linked(String place) {
        Set<String> names = new TreeSet<>();
        String links = place + "/apis/";
        for (String each : documents.keySet()) {
            if (each.startsWith(links)) {
                names.add(nameAt("apis/" + each.substring(links.length())));
            }
        }
        return names;
    }

    private ServiceEntities.@Nullable Subscription subscription(String place, JsonNode document, JsonNode properties) {
        JsonNode keys = secret(place);
        if (keys == null) {
            return null;
        }
        String scope = properties.path("scope").asText();
        String id = document.path("id").asText();
        int serviceEnd = id.toLowerCase(Locale.ROOT).lastIndexOf("/subscriptions/");
        return new ServiceEntities.Subscription(
                name(document),
                properties.path("displayName").asText(),
                scope.substring(Math.min(serviceEnd, scope.length())),
                properties.path("state").asText(),
                hash(keys.path("primaryKey").asText()),
                hash(keys.path("secondaryKey").asText()));
    }

    private ServiceEntities.@Nullable Backend backend(String place, JsonNode document, JsonNode properties) {
        String credentials = null;
        if (properties.path("hasCredentials").asBoolean()) {
            JsonNode secret = secret(place);
            if (secret == null) {
                return null;
            }
            credentials = secret.path("credentials").toString();
        }
        List<ServiceEntities.Member> members = new ArrayList<>();
        for (JsonNode each : properties.path("pool").path("services")) {
            String id = each.path("id").asText();
            members.add(new ServiceEntities.Member(
                    id.substring(id.lastIndexOf('/') + 1),
                    each.path("priority").asInt(),
                    each.path("weight").asInt()));
        }
        List<String> breakers = new ArrayList<>();
        properties.path("circuitBreaker").path("rules").forEach(rule -> breakers.add(rule.toString()));
        JsonNode tls = properties.path("tls");
        return new ServiceEntities.Backend(
                name(document),
                properties.path("url").textValue(),
                properties.path("protocol").textValue(),
                members,
                breakers,
                tls.path("validateCertificateChain").asBoolean(true),
                tls.path("validateCertificateName").asBoolean(true),
                credentials);
    }

    private ServiceEntities.@Nullable NamedValue namedValue(String place, JsonNode document, JsonNode properties) {
        boolean isSecret = properties.path("secret").asBoolean();
        JsonNode holder = isSecret ? secret(place) : properties;
        return holder == null
                ? null
                : new ServiceEntities.NamedValue(
                        name(document),
                        properties.path("displayName").asText(),
                        holder.path("value").asText(),
                        isSecret);
    }

    private ServiceEntities.Policy policy(String[] words, JsonNode properties) {
        boolean isApi = words.length > 2 && words[0].equals("apis");
        return new ServiceEntities.Policy(
                isApi ? nameAt("apis/" + words[1]) : null,
                words.length == 6 ? nameAt("apis/" + words[1] + "/operations/" + words[3]) : null,
                words.length == 4 && !isApi ? nameAt("products/" + words[1]) : null,
                xml(properties));
    }

    private static String xml(JsonNode properties) {
        PolicyText.Form form =
                PolicyText.Form.valueOf(properties.path("format").asText().toUpperCase(Locale.ROOT));
        try {
            return PolicyText.convert(properties.path("value").asText(), form, PolicyText.Form.XML);
        } catch (PolicyException e) {
            throw new IllegalArgumentException("stored policy: " + e.sentence() + " (expected: what was checked)", e);
        }
    }

    private @Nullable JsonNode secret(String place) {
        Entry entry = secrets.get(place);
        return entry == null ? null : Json.stored(box.unseal(entry.key(), entry.value()));
    }

    /** The SHA-256 of a key's UTF-8 bytes in lower-case hex. */
    public static String hash(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
