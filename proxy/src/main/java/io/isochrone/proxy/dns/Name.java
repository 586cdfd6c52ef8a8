package io.isochrone.proxy.dns;

import io.isochrone.config.model.HostPort;
import io.isochrone.proxy.balance.Addresses;
import io.isochrone.proxy.names.AddressOrder;
import io.isochrone.proxy.names.NameAnswer;
import io.isochrone.proxy.names.NameStatus;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host name with a port, asked for again and again until it is dropped.
 *
 * <p>Thread-safe: the loop of {@link Names} writes what was answered, any thread what it doubts; reads may be one write old.
 */
final class Name implements Addresses {
    private static final Logger LOG = LoggerFactory.getLogger(Name.class);

    private final HostPort at;
    private final Names names;
    private final AtomicReference<AddressOrder> order = new AtomicReference<>(AddressOrder.NONE);
    private final AtomicInteger turn = new AtomicInteger();
    private volatile NameStatus status = NameStatus.UNKNOWN;
    private volatile boolean dropped;
    /** Who waits for the first answer; on the loop only. */
    private final List<Runnable> waiting = new ArrayList<>();

    Name(HostPort at, Names names) {
        this.at = at;
        this.names = names;
    }

    @Override
    public List<InetSocketAddress> inOrder() {
        return now().from(turn.getAndIncrement());
    }

    private AddressOrder now() {
        AddressOrder now = order.get();
        return now == null ? AddressOrder.NONE : now;
    }

    @Override
    public boolean has(@Nullable SocketAddress address) {
        return now().has(address);
    }

    @Override
    public void doubt(@Nullable SocketAddress address) {
        order.updateAndGet(now -> now.doubting(address));
    }

    @Override
    public boolean isAwaited() {
        return !status.isAsked();
    }

    @Override
    public void onFirst(Runnable task) {
        EventLoop loop = names.loop();
        if (loop == null) { // nobody asks yet
            task.run();
            return;
        }
        loop.execute(() -> {
            if (isAwaited() && !dropped) {
                waiting.add(task);
            } else {
                task.run();
            }
        });
    }

    NameStatus status() {
        return status;
    }

    /** It is not asked for again; who holds it keeps the last answer. */
    void drop() {
        dropped = true;
    }

    /** Asks; on the loop. */
    void refresh(EventLoop loop) {
        if (!dropped) {
            names.lookup(at.host(), (four, six) -> answered(four, six, loop));
        }
    }

    private void answered(NameAnswer four, NameAnswer six, EventLoop loop) {
        NameStatus before = status;
        NameStatus after = before.after(four, six, names.settings(), names.chance());
        List<InetAddress> addresses = after.addresses();
        boolean same = new HashSet<>(addresses).equals(new HashSet<>(before.addresses()));
        if (!same || after.failures() == 0) {
            order.set(AddressOrder.of(same ? before.addresses() : addresses, at.port()));
        }
        status = after;
        names.counted(after.failures() == 0);
        if (!dropped) {
            tell(before, after, same);
            loop.schedule(() -> refresh(loop), after.waitNanos(), TimeUnit.NANOSECONDS);
        }
        List<Runnable> first = new ArrayList<>(waiting);
        waiting.clear();
        first.forEach(Runnable::run);
    }

    /** Says what has changed, once. */
    private void tell(NameStatus before, NameStatus after, boolean same) {
        if (names.isSilent()) {
            return;
        }
        if (!same) {
            LOG.info("name answered name={} addresses={} before={}", at, text(after), text(before));
        }
        if (after.failures() > 0 && before.failures() == 0) {
            if (after.isKnown()) {
                LOG.warn("name not answered name={} reason={} kept={}", at, after.reason(), text(after));
            } else {
                LOG.warn("name has no address name={} reason={}", at, after.reason());
            }
        } else if (after.failures() == 0 && before.failures() > 0 && same) {
            LOG.info("name answered again name={} addresses={}", at, text(after));
        }
    }

    private static String text(NameStatus status) {
        return String.join(
                ",",
                status.addresses().stream().map(InetAddress::getHostAddress).toList());
    }
}
