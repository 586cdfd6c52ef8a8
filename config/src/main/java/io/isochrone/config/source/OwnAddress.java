package io.isochrone.config.source;

import io.isochrone.config.model.HostPort;
import io.isochrone.config.model.IpLiteral;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;

/** Where this machine is found, as far as it can tell by itself. Thread-safe: no state; may ask DNS, so not for event loops. */
public final class OwnAddress {
    /** For documentation only (RFC 5737): nothing is sent there, it only makes the system say which way leads out. */
    private static final InetSocketAddress OUTSIDE = new InetSocketAddress("192.0.2.1", 9);

    private OwnAddress() {}

    /** Whether all of them are on this machine. */
    public static boolean areLoopback(List<URI> urls) {
        return urls.stream().allMatch(url -> {
            String host = bare(url.getHost());
            byte[] literal = IpLiteral.parse(host);
            return host.equalsIgnoreCase("localhost")
                    || literal != null && (literal.length == 4 ? literal[0] == 127 : host.equals("::1"));
        });
    }

    /**
     * The address of this machine on the way to the first of {@code urls}; when DNS does not know that now, on the way out; without any
     * network {@code 127.0.0.1}. No packet is sent there.
     */
    public static String towards(List<URI> urls) {
        URI url = urls.get(0);
        InetSocketAddress there = new InetSocketAddress(bare(url.getHost()), url.getPort() < 0 ? 443 : url.getPort());
        for (InetSocketAddress to : List.of(there, OUTSIDE)) {
            if (!to.isUnresolved()) {
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.connect(to);
                    return IpLiteral.format(socket.getLocalAddress().getAddress());
                } catch (SocketException | java.io.UncheckedIOException e) { // no way there: the next
                }
            }
        }
        return "127.0.0.1";
    }

    /** Whether it stands for every address of the machine. */
    public static boolean isWildcard(String host) {
        byte[] literal = IpLiteral.parse(host);
        if (literal == null) {
            return false;
        }
        for (byte b : literal) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** The first port from {@code first} to {@code last} that is free on {@code host}; {@code first} when none is, or 0 for any. */
    public static HostPort free(String host, int first, int last) {
        for (int port = first; port <= last; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
                return new HostPort(host, socket.getLocalPort());
            } catch (IOException e) { // taken: the next
            }
        }
        return new HostPort(host, first);
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
