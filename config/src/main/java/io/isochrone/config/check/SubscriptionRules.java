package io.isochrone.config.check;

import io.isochrone.config.model.Api;
import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.Subscription;
import io.isochrone.config.problem.Problems;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The rules for subscriptions. Thread-safe: no state. */
final class SubscriptionRules {
    private static final int MOST_KEYS = 4;

    private SubscriptionRules() {}

    static void check(Deployment deployment, Problems problems) {
        Set<String> apis = new HashSet<>();
        deployment.apis().stream().map(Api::name).forEach(apis::add);
        Map<String, String> names = new HashMap<>();
        for (Subscription subscription : deployment.subscriptions()) {
            String path = problems.pathOf(subscription, "subscriptions");
            if (problems.isPlaced(path + ".name") && !problems.isIncomplete(path + ".name")) {
                String first = names.putIfAbsent(subscription.name().toLowerCase(Locale.ROOT), path + ".name");
                if (first != null) {
                    problems.add(
                            path + ".name",
                            "\"" + subscription.name() + "\"",
                            "each subscription once; " + first + " has it");
                }
            }
            keys(subscription, path, problems);
            if (subscription.apis() != null && !problems.isIncomplete("apis")) {
                opened(subscription.apis(), apis, path, problems);
            }
        }
    }

    private static void keys(Subscription subscription, String path, Problems problems) {
        if (subscription.keyHashes().size() > MOST_KEYS) {
            problems.add(path + ".key-hashes", subscription.keyHashes().size() + " keys", "at most " + MOST_KEYS);
        }
    }

    private static void opened(List<String> opened, Set<String> apis, String path, Problems problems) {
        for (String name : opened) {
            if (!apis.contains(name)) {
                problems.add(path + ".apis", "\"" + name + "\"", "names of APIs of this deployment");
            }
        }
    }
}
