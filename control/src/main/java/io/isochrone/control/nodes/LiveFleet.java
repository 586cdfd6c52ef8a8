package io.isochrone.control.nodes;

import io.isochrone.config.wire.SnapshotId;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What this replica knows of nodes and of what is published. Thread-safe. */
final class LiveFleet implements Fleet {
    private final NodeBook book;
    private final Board board;
    private final LongSupplier nanos;

    LiveFleet(NodeBook book, Board board, LongSupplier nanos) {
        this.book = book;
        this.board = board;
        this.nanos = nanos;
    }

    @Override
    public List<NodeView> nodes(String service) {
        return book.views(lower(service), nanos.getAsLong());
    }

    @Override
    public @Nullable SnapshotId holding(String service, long revision) {
        return board.holding(lower(service), revision);
    }

    @Override
    public @Nullable String refusal(String service) {
        Board.State state = board.state(lower(service));
        return state == null ? null : state.refusal();
    }

    @Override
    public List<RegionReport> regions(String service) {
        return book.regions(lower(service), nanos.getAsLong());
    }

    @Override
    public List<MapPoint> map(String service) {
        return book.map(lower(service), nanos.getAsLong());
    }

    private static String lower(String service) {
        return service.toLowerCase(Locale.ROOT);
    }
}
