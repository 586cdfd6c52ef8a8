package io.isochrone.bench.world;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.Region;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Configurations that make HAProxy and nginx do what a router does in the drill, as well as they can: each client's address is mapped
 * to its order of regions, each order is a group of servers whose farther regions are backups, lost requests are repeated, servers are
 * probed as often as our router does it.
 *
 * <p>Thread-safe: no state.
 */
final class PeerConfigs {
    private static final String GROUP = "order_";

    private PeerConfigs() {}

    /**
     * What a peer is told. Immutable.
     *
     * @param port where it listens on loopback
     * @param orders each client's regions, nearest first, by its address
     * @param nodes gateway nodes by region name
     */
    record Plan(int port, Map<String, List<Region>> orders, Map<String, List<HostPort>> nodes) {
        Plan {
            orders = Map.copyOf(orders);
            nodes = Map.copyOf(nodes);
        }

        /** The distinct orders by the name of their group. */
        Map<String, List<Region>> groups() {
            Map<String, List<Region>> groups = new TreeMap<>();
            orders.values().forEach(order -> groups.put(group(order), order));
            return groups;
        }
    }

    private static String group(List<Region> order) {
        return GROUP + order.stream().map(Region::name).collect(Collectors.joining("_"));
    }

    /** Lines {@code address group} for HAProxy's map. */
    static String haproxyMap(Plan plan) {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(plan.orders())
                .forEach((client, order) ->
                        out.append(client).append(' ').append(group(order)).append('\n'));
        return out.toString();
    }

    /** HAProxy 2.4 or newer; {@code map} is the path of {@link #haproxyMap}. */
    static String haproxy(Plan plan, String map) {
        StringBuilder out = new StringBuilder();
        out.append("""
                global
                    nbthread 2
                    maxconn 9000
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 60s
                    timeout server 30s
                    timeout http-keep-alive 60s
                    retries 3
                    option redispatch 1
                    retry-on all-retryable-errors
                    http-reuse always
                    option httpchk GET %s
                    default-server check inter 500ms fall 2 rise 2 observe layer4 error-limit 1 on-error mark-down pool-max-conn 2000
                frontend in
                    bind 127.0.0.1:%d
                    use_backend %%[req.hdr(X-Forwarded-For),map(%s,%s)]
                """.formatted(
                        StatusCheck.GATEWAY,
                        plan.port(),
                        map,
                        plan.groups().keySet().iterator().next()));
        plan.groups().forEach((name, order) -> {
            out.append("backend ").append(name).append('\n');
            servers(plan, order, "    server %2$s 127.0.0.1:%1$d%3$s%n", " backup", out);
        });
        return out.toString();
    }

    /** nginx 1.18 or newer, started with a folder of its own as prefix. */
    static String nginx(Plan plan) {
        StringBuilder out = new StringBuilder();
        out.append("""
                daemon off;
                pid nginx.pid;
                error_log error.log warn;
                worker_processes 2;
                events { worker_connections 16000; }
                http {
                    access_log off;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
                    keepalive_requests 1000000;
                    map_hash_bucket_size 256;
                    map $http_x_forwarded_for $group {
                        default %s;
                """.formatted(plan.groups().keySet().iterator().next()));
        new TreeMap<>(plan.orders())
                .forEach((client, order) -> out.append("        \"%s\" %s;%n".formatted(client, group(order))));
        out.append("    }\n");
        plan.groups().forEach((name, order) -> {
            out.append("    upstream ")
                    .append(name)
                    .append(" {\n        zone ")
                    .append(name)
                    .append(" 128k;\n");
            servers(plan, order, "        server 127.0.0.1:%d max_fails=1 fail_timeout=1s%3$s;%n", " backup", out);
            out.append("        keepalive 1000;\n    }\n");
        });
        out.append("""
                    server {
                        listen 127.0.0.1:%d;
                        location / {
                            proxy_pass http://$group;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_set_header Host $http_host;
                            proxy_connect_timeout 1s;
                            proxy_next_upstream error timeout http_503;
                            proxy_next_upstream_tries 5;
                        }
                    }
                }
                """.formatted(plan.port()));
        return out.toString();
    }

    private static void servers(Plan plan, List<Region> order, String line, String backup, StringBuilder out) {
        for (Region region : order) {
            int number = 0;
            for (HostPort node : plan.nodes().getOrDefault(region.name(), List.of())) {
                String name = region.name() + "-" + ++number;
                out.append(line.formatted(node.port(), name, region.equals(order.get(0)) ? "" : backup));
            }
        }
    }
}
