package io.isochrone.bench.peers;

/**
 * Configurations that make each peer the same thing: a reverse proxy with one worker before one origin, with kept connections on both
 * sides and no access log. Ours has what it always has: steering, probes, metrics, the mark of the hop.
 *
 * <p>Thread-safe: no state.
 */
final class SideConfigs {
    /** What our router asks nodes for; the origin plays one. */
    static final String STATUS_PATH = "/status-0123456789abcdef";

    /** No API. */
    static final String NO_API = "";

    private SideConfigs() {}

    /** Where a peer listens on loopback. Immutable. */
    record Ports(int plain, int tls, int h2c) {}

    /** PEM files: the certificate, its key, and both in one. Immutable. */
    record Pem(String chain, String key, String both) {}

    private static String nginxHead() {
        // The superuser's nginx would otherwise serve as somebody who may not read the folder.
        String user = "root".equals(System.getProperty("user.name")) ? "user root;\n" : "";
        return user + """
                daemon off;
                worker_processes 1;
                worker_rlimit_nofile 20000;
                pid nginx.pid;
                error_log error.log warn;
                events { worker_connections 9000; }
                http {
                    access_log off;
                    server_tokens off;
                    tcp_nodelay on;
                    keepalive_requests 100000000;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
                """;
    }

    /** An nginx that answers from memory and the page cache; {@code large} is a file. */
    static String origin(int port, String large) {
        return nginxHead()
                + """
                    sendfile on;
                    tcp_nopush on;
                    open_file_cache max=10;
                    keepalive_timeout 3600s;
                    server {
                        listen 127.0.0.1:%d backlog=4096;
                        default_type application/json;
                        location = %s { return 200 '%s'; }
                        location = %s { return 200 '%s'; }
                        location = %s { return 200; }
                        location = %s { alias %s; default_type application/octet-stream; }
                    }
                }
                """.formatted(
                                port,
                                LoadShape.SMALL,
                                FixedBodies.SMALL,
                                LoadShape.POST,
                                FixedBodies.POST,
                                STATUS_PATH,
                                LoadShape.LARGE,
                                large);
    }

    /** nginx 1.18 or newer. */
    static String nginx(Ports ports, int origin, Pem pem) {
        return nginxHead() + """
                    keepalive_timeout 300s;
                    upstream origin { server 127.0.0.1:%d; keepalive 128; keepalive_requests 100000000; keepalive_timeout 300s; }
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $host;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_set_header X-Forwarded-Proto $scheme;
                    proxy_connect_timeout 2s;
                    proxy_read_timeout 30s;
                    proxy_buffer_size 16k; proxy_buffers 8 32k; proxy_busy_buffers_size 64k;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    ssl_protocols TLSv1.3;
                    server { listen 127.0.0.1:%d backlog=4096; location / { proxy_pass http://origin; } }
                    server { listen 127.0.0.1:%d ssl http2 backlog=4096; location / { proxy_pass http://origin; } }
                    server { listen 127.0.0.1:%d http2 backlog=4096; location / { proxy_pass http://origin; } }
                }
                """.formatted(origin, pem.chain(), pem.key(), ports.plain(), ports.tls(), ports.h2c());
    }

    /** HAProxy 2.4 or newer. */
    static String haproxy(Ports ports, int origin, Pem pem) {
        return """
                global
                    nbthread 1
                    maxconn 4000
                    ssl-default-bind-options ssl-min-ver TLSv1.3
                defaults
                    mode http
                    option forwardfor
                    http-reuse always
                    timeout connect 2s
                    timeout client 300s
                    timeout server 30s
                    timeout http-keep-alive 300s
                frontend plain
                    bind 127.0.0.1:%d backlog 4096
                    default_backend origin
                frontend tls
                    bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1 backlog 4096
                    http-request set-header X-Forwarded-Proto https
                    default_backend origin
                frontend h2c
                    bind 127.0.0.1:%d proto h2 backlog 4096
                    default_backend origin
                backend origin
                    server origin 127.0.0.1:%d pool-max-conn 128 pool-purge-delay 300s
                """.formatted(ports.plain(), ports.tls(), pem.both(), ports.h2c(), origin);
    }

    /**
     * A deployment of one region with one node, and its router.
     *
     * @param apis what the node publishes: {@link #NO_API} when the origin plays it, {@link #api} else
     * @param more further lines below {@code router}, each indented by two blanks
     */
    static String ours(int listen, int admin, int node, String apis, String more) {
        return """
                service:
                  name: peers
                  tier: Developer
                  hop-secret: side-by-side-of-peers
                  primary:
                    location: West Europe
                    nodes: [127.0.0.1:%d]
                %srouter:
                  listen: 127.0.0.1:%d
                  admin: 127.0.0.1:%d
                  event-loops: 1
                  restart-delay: 0ms
                  timeouts: {downstream-idle: 5m, drain: 500ms}
                %sgateway:
                  trusted-proxies: [127.0.0.0/8]
                  event-loops: 1
                  restart-delay: 0ms
                  timeouts: {drain: 500ms}
                """.formatted(node, apis, listen, admin, more);
    }

    /** All paths of an origin. */
    static String api(int origin) {
        return """
                apis:
                  - name: origin
                    path: /
                    backends: [http://127.0.0.1:%d]
                """.formatted(origin);
    }

    /** TLS on the router's listener. */
    static String tls(Pem pem) {
        return "  tls: {certificates: [{chain: " + pem.chain() + ", key: " + pem.key() + "}]}\n";
    }

    /** The router's access log. */
    static String accessLog(String file) {
        return "  access-log: {target: " + file + "}\n";
    }
}
