package io.isochrone.control.arm;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Reply;
import io.isochrone.control.store.ConflictException;
import io.isochrone.control.store.StoreException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management contract: finds who answers a path, after the caller's role and the api-version were looked at.
 *
 * <p>Thread-safe.
 */
public final class ManagementEndpoint implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementEndpoint.class);
    private static final Pattern VERSION = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(?:-preview)?");
    private static final LocalDate OLDEST = LocalDate.of(2021, 8, 1);
    private static final String PROVIDER = "microsoft.apimanagement";
    private static final int TRIES = 3;

    private final ServiceHandler services;
    private final SubscriptionHandler subscriptions;
    private final EntityHandler entities;

    /** Of the parts that answer. */
    public ManagementEndpoint(ServiceHandler services, SubscriptionHandler subscriptions, EntityHandler entities) {
        this.services = services;
        this.subscriptions = subscriptions;
        this.entities = entities;
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        return CompletableFuture.completedFuture(reply(call));
    }

    private Reply reply(Call call) {
        boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
        if (!(reads ? call.caller().mayRead() : call.caller().mayChange())) {
            return Reply.error(
                    403,
                    "AuthorizationFailed",
                    "token: role " + call.caller().role().name().toLowerCase(Locale.ROOT) + " (expected: operator"
                            + (reads ? " or reader)" : ")"));
        }
        for (int i = 1; ; i++) {
            try {
                return dispatch(call);
            } catch (ArmException e) {
                return e.reply();
            } catch (ConflictException e) {
                // Somebody else was quicker: what was read is out of date, so all is asked again.
                if (i == TRIES) {
                    return Reply.error(409, "Conflict", "The resource changes too often; try again.")
                            .with("Retry-After", "1");
                }
            } catch (StoreException e) {
                LOG.warn("call not answered reason={}", e.getMessage());
                return Reply.error(503, "ServiceUnavailable", String.valueOf(e.getMessage()))
                        .with("Retry-After", "1");
            }
        }
    }

    private Reply dispatch(Call call) {
        String path = call.path();
        while (path.length() > 1 && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        List<String> words = Arrays.asList(path.substring(1).split("/", -1));
        version(call, words);
        if (words.size() >= 8 && word(words, 2, "resourceGroups") && provider(words, 4) && word(words, 6, "service")) {
            String id = "/" + String.join("/", words.subList(0, 8));
            ServicePath service = ServicePath.of(id);
            if (service != null) {
                return below(call, service, words.subList(8, words.size()));
            }
        }
        if (words.size() == 7 && word(words, 2, "resourceGroups") && provider(words, 4) && word(words, 6, "service")) {
            return services.list(call, words.get(1), words.get(3));
        }
        if (words.size() >= 5 && word(words, 2, "providers") && PROVIDER.equalsIgnoreCase(words.get(3))) {
            return provided(call, words.get(1), words.subList(4, words.size()));
        }
        return subscriptions.answer(call, words);
    }

    private Reply below(Call call, ServicePath service, List<String> rest) {
        if (rest.isEmpty()) {
            return services.answer(call, service);
        }
        Reply own = services.below(call, service, rest);
        return own != null ? own : entities.answer(call, services.open(call, service), rest);
    }

    private Reply provided(Call call, String subscription, List<String> rest) {
        String first = rest.get(0).toLowerCase(Locale.ROOT);
        if (rest.size() == 1) {
            switch (first) {
                case "service" -> {
                    return services.list(call, subscription, null);
                }
                case "checknameavailability" -> {
                    return services.nameAvailability(call);
                }
                case "deletedservices" -> {
                    allow(call, "GET");
                    return Pages.of(call, List.of());
                }
                case "skus" -> {
                    return services.skusOfAll(call);
                }
                default -> throw ArmException.notFound(call.path());
            }
        }
        boolean operation = rest.size() == 4 && first.equals("locations");
        if (operation && word(rest, 2, "operationStatuses")) {
            return services.operationStatus(call, rest.get(3));
        }
        if (operation && word(rest, 2, "operationResults")) {
            return services.operationResult(call, rest.get(3));
        }
        throw ArmException.notFound(call.path());
    }

    /** Throws 405 unless the method is {@code only}, or HEAD where GET is meant. */
    static void allow(Call call, String only) {
        if (!call.method().equals(only) && !(only.equals("GET") && call.method().equals("HEAD"))) {
            throw ArmException.method(call.method(), only);
        }
    }

    private static boolean word(List<String> words, int at, String word) {
        return words.get(at).equalsIgnoreCase(word);
    }

    private static boolean provider(List<String> words, int at) {
        return word(words, at, "providers") && PROVIDER.equalsIgnoreCase(words.get(at + 1));
    }

    /** Clients ask for subscriptions and places with versions of other contracts. */
    private static void version(Call call, List<String> words) {
        @Nullable String given = call.parameter("api-version");
        if (given == null || given.isBlank()) {
            throw new ArmException(
                    400,
                    "MissingApiVersionParameter",
                    "The api-version query parameter (?api-version=) is required for all requests.",
                    null);
        }
        boolean own = words.stream().anyMatch(PROVIDER::equalsIgnoreCase);
        Matcher matcher = VERSION.matcher(given);
        boolean good = matcher.matches();
        if (good) {
            try {
                good = !own || !LocalDate.parse(matcher.group(1)).isBefore(OLDEST);
            } catch (DateTimeParseException e) {
                good = false;
            }
        }
        if (!good) {
            throw new ArmException(
                    400,
                    "InvalidApiVersionParameter",
                    "api-version: " + given + " (expected: a date from " + OLDEST + " on, such as 2024-05-01)",
                    "api-version");
        }
    }
}
