package io.isochrone.proxy.names;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a name in the order in which connections try them: connections begin with a different one by turns, those that are doubted come last.
 *
 * <p>Immutable.
 *
 * @param all every address, the {@code doubted} last of them doubted
 * @param doubted how many
 */
public record AddressOrder(List<InetSocketAddress> all, int doubted) {
    /** Of no address. */
    public static final AddressOrder NONE = new AddressOrder(List.of(), 0);

    public AddressOrder {
        all = List.copyOf(all);
    }

    /** None is doubted. */
    public static AddressOrder of(List<InetAddress> addresses, int port) {
        return new AddressOrder(
                addresses.stream()
                        .map(address -> new InetSocketAddress(address, port))
                        .toList(),
                0);
    }

    public boolean has(@Nullable SocketAddress address) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).equals(address)) {
                return true;
            }
        }
        return false;
    }

    /** With that address last; when all would be doubted, none is. */
    public AddressOrder doubting(@Nullable SocketAddress address) {
        int at = all.indexOf(address);
        int good = all.size() - doubted;
        if (at < 0 || at >= good) {
            return this;
        }
        List<InetSocketAddress> next = new ArrayList<>(all);
        next.add(next.remove(at));
        return new AddressOrder(next, good == 1 ? 0 : doubted + 1);
    }

    /** The order of one connection. */
    public List<InetSocketAddress> from(int turn) {
        int good = all.size() - doubted;
        int start = good == 0 ? 0 : Math.floorMod(turn, good);
        if (start == 0) {
            return all;
        }
        List<InetSocketAddress> order = new ArrayList<>(all.size());
        order.addAll(all.subList(start, good));
        order.addAll(all.subList(0, start));
        order.addAll(all.subList(good, all.size()));
        return order;
    }
}
