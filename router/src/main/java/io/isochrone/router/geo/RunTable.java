package io.isochrone.router.geo;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Cells of consecutive blocks of addresses: run {@code i} reaches from {@code starts[i]} to before {@code starts[i + 1]}, the last one
 * to the end of all addresses. Starts rise; addresses before the first are nowhere.
 *
 * <p>On disk: the count, then three counted blocks of bytes. Lengths of the runs before the last, and before them the first start, as
 * variable-length integers of 7 bits a byte, lowest first. Ranks: how many other cells were used since this one was last, one byte;
 * 255 when more, or never. New cells: two bytes for each rank of 255. Neighbouring blocks often share a few cities, so ranks are small
 * and compress well.
 *
 * <p>Immutable: whoever makes one hands the arrays over.
 */
final class RunTable {
    private static final int MAX_RANK = 255;

    private final long[] starts;
    private final char[] cells;

    RunTable(long[] starts, char[] cells) {
        this.starts = starts;
        this.cells = cells;
    }

    int size() {
        return starts.length;
    }

    long start(int run) {
        return starts[run];
    }

    char cell(int run) {
        return cells[run];
    }

    /** The cell of a block of addresses. O(log n), no allocation. */
    char find(long block) {
        int at = Arrays.binarySearch(starts, block);
        int run = at >= 0 ? at : -at - 2;
        return run < 0 ? GridCells.NOWHERE : cells[run];
    }

    static RunTable read(DataInputStream in) throws IOException {
        int count = in.readInt();
        byte[] lengths = counted(in);
        byte[] ranks = counted(in);
        byte[] fresh = counted(in);
        long[] starts = new long[count];
        char[] cells = new char[count];
        Recent recent = new Recent();
        long at = 0;
        int length = 0;
        int next = 0;
        for (int i = 0; i < count; i++) {
            for (int shift = 0; ; shift += 7) {
                byte b = lengths[length++];
                at += (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    break;
                }
            }
            starts[i] = at;
            int rank = ranks[i] & 0xff;
            if (rank == MAX_RANK) {
                cells[i] = (char) ((fresh[next] & 0xff) << 8 | fresh[next + 1] & 0xff);
                next += 2;
            } else {
                cells[i] = recent.at(rank);
            }
            recent.used(cells[i], rank);
        }
        return new RunTable(starts, cells);
    }

    private static byte[] counted(DataInputStream in) throws IOException {
        byte[] block = new byte[in.readInt()];
        in.readFully(block);
        return block;
    }

    void write(DataOutputStream out) throws IOException {
        ByteArrayOutputStream lengths = new ByteArrayOutputStream();
        ByteArrayOutputStream ranks = new ByteArrayOutputStream();
        ByteArrayOutputStream fresh = new ByteArrayOutputStream();
        Recent recent = new Recent();
        long before = 0;
        for (int i = 0; i < starts.length; i++) {
            long length = starts[i] - before;
            before = starts[i];
            for (; length > 0x7f; length >>>= 7) {
                lengths.write((int) length | 0x80);
            }
            lengths.write((int) length);
            int rank = recent.rank(cells[i]);
            ranks.write(rank);
            if (rank == MAX_RANK) {
                fresh.write(cells[i] >> 8);
                fresh.write(cells[i]);
            }
            recent.used(cells[i], rank);
        }
        out.writeInt(starts.length);
        for (ByteArrayOutputStream block : new ByteArrayOutputStream[] {lengths, ranks, fresh}) {
            out.writeInt(block.size());
            block.writeTo(out);
        }
    }

    /** The cells used last, latest first. Not thread-safe; confined to its owner. */
    private static final class Recent {
        private final char[] cells = new char[MAX_RANK];
        private int size;

        char at(int rank) {
            return cells[rank];
        }

        int rank(char cell) {
            for (int i = 0; i < size; i++) {
                if (cells[i] == cell) {
                    return i;
                }
            }
            return MAX_RANK;
        }

        void used(char cell, int rank) {
            int moved = Math.min(rank, Math.min(size, MAX_RANK - 1));
            System.arraycopy(cells, 0, cells, 1, moved);
            cells[0] = cell;
            if (rank == MAX_RANK && size < MAX_RANK) {
                size++;
            }
        }
    }
}
