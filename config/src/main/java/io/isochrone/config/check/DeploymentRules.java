package io.isochrone.config.check;

import io.isochrone.config.model.Deployment;
import io.isochrone.config.model.GatewaySettings;
import io.isochrone.config.model.Limits;
import io.isochrone.config.model.RouterSettings;
import io.isochrone.config.problem.Problems;
import java.time.Duration;

/**
 * The rules that hold between the records of a deployment. They also look at a deployment that could be read in part only, so that
 * one run tells everything; a rule that something must be there is silent where something could not be read. Thread-safe: no state.
 */
public final class DeploymentRules {
    private DeploymentRules() {}

    /** Adds a problem for every broken rule. */
    public static void check(Deployment deployment, Nodes nodes, Problems problems) {
        ServiceRules.check(deployment.service(), nodes, problems);
        ApiRules.check(deployment, problems);
        idleTimes(deployment.router(), deployment.gateway(), problems);
        hedging(deployment.router(), problems);
        limits("router", deployment.router().limits(), problems);
        limits("gateway", deployment.gateway().limits(), problems);
        listeners(deployment, problems);
        ConnectionRules.check("router", deployment.router().connections(), problems);
        ConnectionRules.check("gateway", deployment.gateway().connections(), problems);
    }

    /** Whoever sends on a connection must also be the one who closes it when it is idle, or a request meets a closing peer. */
    private static void idleTimes(RouterSettings router, GatewaySettings gateway, Problems problems) {
        Duration keeps = router.timeouts().upstreamIdle();
        Duration closes = gateway.timeouts().downstreamIdle();
        if (keeps.compareTo(closes) < 0) {
            return;
        }
        String own = "router.timeouts.upstream-idle";
        String other = "gateway.timeouts.downstream-idle";
        String why = ": the router must close idle connections first, or requests are lost";
        if (problems.isPlaced(own) || !problems.isPlaced(other)) {
            problems.add(own, keeps.toMillis() + "ms", "less than " + other + ", " + closes.toMillis() + "ms" + why);
        } else {
            problems.add(other, closes.toMillis() + "ms", "more than " + own + ", " + keeps.toMillis() + "ms" + why);
        }
    }

    /** What has timed out cannot be slow any more. */
    private static void hedging(RouterSettings router, Problems problems) {
        Duration delay = router.hedging().minDelay();
        Duration first = router.timeouts().firstByte();
        if (delay.compareTo(first) < 0) {
            return;
        }
        String own = "router.hedging.min-delay";
        String other = "router.timeouts.first-byte";
        if (problems.isPlaced(own) || !problems.isPlaced(other)) {
            problems.add(own, delay.toMillis() + "ms", "less than " + other + ", " + first.toMillis() + "ms");
        } else {
            problems.add(other, first.toMillis() + "ms", "more than " + own + ", " + delay.toMillis() + "ms");
        }
    }

    private static void limits(String node, Limits limits, Problems problems) {
        if (limits.maxTargetBytes() > limits.maxHeadBytes()) {
            String target = node + ".limits.max-target";
            String head = node + ".limits.max-head";
            problems.add(
                    problems.isPlaced(target) ? target : head,
                    "max-target " + limits.maxTargetBytes() + "B, max-head " + limits.maxHeadBytes() + "B",
                    "a target that fits into the head");
        }
    }

    private static void listeners(Deployment deployment, Problems problems) {
        RouterSettings router = deployment.router();
        if (Addresses.overlap(router.admin(), router.listen())) {
            problems.add("router.admin", "\"" + router.admin() + "\"", "another address than router.listen");
        }
    }
}
