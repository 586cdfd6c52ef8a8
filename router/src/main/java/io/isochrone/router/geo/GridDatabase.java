package io.isochrone.router.geo;

import io.isochrone.config.model.GeoPoint;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The embedded table: which cell of a one-degree grid most addresses of a block are in.
 *
 * <p>Shape: {@code v4[n]} is the cell of the IPv4 block {@code n << 12} (a /20); {@code v6Keys} are the first 32 bits of IPv6
 * blocks in ascending unsigned order, {@code v6Cells[i]} the cell of {@code v6Keys[i]}. Cell 0 is unknown; cell
 * {@code 1 + (latitude + 90) * 360 + longitude + 180} has that south-west corner.
 *
 * <p>On disk, gzipped: the magic, the attribution as text, then v4 as runs (cell, length), then the count and the IPv6 pairs, keys
 * as differences.
 *
 * <p>Thread-safe: immutable.
 */
public final class GridDatabase implements GeoDatabase {
    static final int BLOCKS = 1 << 20;
    private static final int MAGIC = 0x49534F31;

    private final char[] v4;
    private final int[] v6Keys;
    private final char[] v6Cells;
    private final String attribution;

    GridDatabase(char[] v4, int[] v6Keys, char[] v6Cells, String attribution) {
        this.v4 = v4;
        this.v6Keys = v6Keys;
        this.v6Cells = v6Cells;
        this.attribution = attribution;
    }

    /** The table that is shipped. */
    public static GridDatabase embedded() {
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
            char[] v4 = new char[BLOCKS];
            int at = 0;
            while (at < BLOCKS) {
                char cell = in.readChar();
                int end = at + in.readInt();
                if (end > BLOCKS || end <= at) {
                    throw new EOFException("run beyond the table");
                }
                Arrays.fill(v4, at, end, cell);
                at = end;
            }
            int count = in.readInt();
            int[] keys = new int[count];
            char[] cells = new char[count];
            int key = 0;
            for (int i = 0; i < count; i++) {
                key += in.readInt();
                keys[i] = key;
                cells[i] = in.readChar();
            }
            return new GridDatabase(v4, keys, cells, attribution);
        }
    }

    void write(OutputStream stream) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(stream))) {
            out.writeInt(MAGIC);
            out.writeUTF(attribution);
            for (int at = 0; at < BLOCKS; ) {
                int end = at;
                while (end < BLOCKS && v4[end] == v4[at]) {
                    end++;
                }
                out.writeChar(v4[at]);
                out.writeInt(end - at);
                at = end;
            }
            out.writeInt(v6Keys.length);
            int before = 0;
            for (int i = 0; i < v6Keys.length; i++) {
                out.writeInt(v6Keys[i] - before);
                out.writeChar(v6Cells[i]);
                before = v6Keys[i];
            }
        }
    }

    static char cell(double latitude, double longitude) {
        int row = Math.min(179, (int) Math.floor(latitude + 90));
        int column = Math.min(359, (int) Math.floor(longitude + 180));
        return (char) (1 + row * 360 + column);
    }

    @Override
    public @Nullable GeoPoint find(byte[] a) {
        int top = (a[0] & 0xff) << 24 | (a[1] & 0xff) << 16 | (a[2] & 0xff) << 8 | a[3] & 0xff;
        int cell = a.length == 4 ? v4[top >>> 12] : v6(top);
        int row = (cell - 1) / 360;
        return cell == 0 ? null : new GeoPoint(row - 89.5, (cell - 1) % 360 - 179.5);
    }

    private int v6(int key) {
        int low = 0;
        int high = v6Keys.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Integer.compareUnsigned(v6Keys[middle], key);
            if (order == 0) {
                return v6Cells[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return 0;
    }

    @Override
    public String description() {
        return "embedded grid; " + attribution;
    }
}
