package io.isochrone.control.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Roles that one owner at a time holds, by leases of etcd, which end by themselves. etcd rounds a lease up to whole seconds and to one
 * and a half of its election timeouts, so one may last longer than asked for, never shorter.
 *
 * <p>Thread-safe.
 */
final class EtcdRoles {
    private final EtcdClient client;
    private final EtcdKeys keys;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    private record Held(String owner, long lease, long seconds) {}

    EtcdRoles(EtcdClient client, EtcdKeys keys) {
        this.client = client;
        this.keys = keys;
    }

    boolean lead(String role, String owner, Duration time) throws EtcdException {
        long seconds = time.plusSeconds(1).minusNanos(1).toSeconds();
        Held mine = held.get(role);
        if (mine != null && mine.owner().equals(owner) && mine.seconds() == seconds && isRenewed(role, mine)) {
            return true;
        }
        held.remove(role);
        return take(role, owner, seconds);
    }

    private boolean isRenewed(String role, Held mine) throws EtcdException {
        JsonNode answer = client.call("/v3/lease/keepalive", EtcdClient.object().put("ID", Long.toString(mine.lease())))
                .body();
        if (answer.path("result").path("TTL").asLong(0) <= 0) {
            return false;
        }
        EtcdTxn check = new EtcdTxn()
                .expectValue(keys.role(role), mine.owner())
                .expectLease(keys.role(role), mine.lease())
                .get(EtcdKeys.get(keys.role(role)));
        return client.call("/v3/kv/txn", check.json()).body().path("succeeded").asBoolean();
    }

    /** When nobody has it, or the owner itself by a lease that this process does not know. Safe to repeat: the lease is the same. */
    private boolean take(String role, String owner, long seconds) throws EtcdException {
        String key = keys.role(role);
        JsonNode now =
                EtcdKeys.only(client.call("/v3/kv/range", EtcdKeys.get(key)).body());
        if (!now.isMissingNode() && !owner.equals(EtcdKeys.text(now, "value"))) {
            return false;
        }
        long lease = client.call("/v3/lease/grant", EtcdClient.object().put("TTL", Long.toString(seconds)))
                .body()
                .path("ID")
                .asLong();
        EtcdTxn take = new EtcdTxn()
                .expect(key, EtcdKeys.revision(now))
                .put(key, owner, lease)
                .otherwiseGet(EtcdKeys.get(key));
        JsonNode answer = client.call("/v3/kv/txn", take.json()).body();
        boolean taken = answer.path("succeeded").asBoolean();
        if (!taken) {
            JsonNode kv = EtcdKeys.only(answer.path("responses").path(0).path("response_range"));
            taken = kv.path("lease").asLong(0) == lease;
        }
        if (taken) {
            held.put(role, new Held(owner, lease, seconds));
        } else {
            client.call("/v3/lease/revoke", EtcdClient.object().put("ID", Long.toString(lease)));
        }
        return taken;
    }
}
