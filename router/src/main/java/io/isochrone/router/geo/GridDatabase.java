package io.isochrone.router.geo;

import io.isochrone.config.model.GeoPoint;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The embedded table: the cell of a one-degree grid for runs of IPv4 /24 and IPv6 /48 blocks. It says roughly where an address is; which
 * places it is wrong about was chosen, when it was made, so that few users are moved far.
 *
 * <p>On disk, gzipped: the magic, the attribution as text, the table of IPv4 and the table of IPv6.
 *
 * <p>Thread-safe: immutable.
 */
public final class GridDatabase implements GeoDatabase {
    private static final int MAGIC = 0x49534F32;

    private final RunTable v4;
    private final RunTable v6;
    private final String attribution;

    GridDatabase(RunTable v4, RunTable v6, String attribution) {
        this.v4 = v4;
        this.v6 = v6;
        this.attribution = attribution;
    }

    /** The table that is shipped; read once. */
    public static GridDatabase embedded() {
        return Embedded.TABLE;
    }

    /** Read when first asked for. Thread-safe: immutable. */
    private static final class Embedded {
        static final GridDatabase TABLE = load();
    }

    private static GridDatabase load() {
        try (InputStream in =
                Objects.requireNonNull(GridDatabase.class.getResourceAsStream("grid.bin.gz"), "grid.bin.gz")) {
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GridDatabase read(InputStream stream) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(new GZIPInputStream(stream)))) {
            if (in.readInt() != MAGIC) {
                throw new IOException("not a grid table");
            }
            String attribution = in.readUTF();
            return new GridDatabase(RunTable.read(in), RunTable.read(in), attribution);
        }
    }

    void write(OutputStream stream) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(stream))) {
            out.writeInt(MAGIC);
            out.writeUTF(attribution);
            v4.write(out);
            v6.write(out);
        }
    }

    /** The /24 that 4 bytes belong to, or the /48 of 16. */
    static long block(byte[] a) {
        long block = 0;
        for (int i = 0; i < (a.length == 4 ? 3 : 6); i++) {
            block = block << 8 | a[i] & 0xff;
        }
        return block;
    }

    /** How many IPv4 /24 blocks each cell has, by cell. */
    long[] blocksByCell() {
        long[] blocks = new long[1 + 180 * 360];
        for (int run = 0; run + 1 < v4.size(); run++) {
            blocks[v4.cell(run)] += v4.start(run + 1) - v4.start(run);
        }
        blocks[GridCells.NOWHERE] = 0;
        return blocks;
    }

    /** The point of 4 or 16 bytes, or null when it is unknown. */
    public @Nullable GeoPoint find(byte[] address) {
        char cell = (address.length == 4 ? v4 : v6).find(block(address));
        return cell == GridCells.NOWHERE ? null : GridCells.middle(cell);
    }

    @Override
    public @Nullable Place place(byte[] address) {
        GeoPoint point = find(address);
        return point == null ? null : new Place(point, Place.Source.GEOIP);
    }

    @Override
    public String description() {
        return "embedded grid; " + attribution;
    }
}
