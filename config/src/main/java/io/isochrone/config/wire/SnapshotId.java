package io.isochrone.config.wire;

/**
 * Which snapshot: epochs count the lives of a store (a restored backup begins a new one), versions the publications within one.
 *
 * <p>Immutable.
 *
 * @param epoch at least 1
 * @param version at least 1
 */
public record SnapshotId(long epoch, long version) implements Comparable<SnapshotId> {
    /** Later ones are greater. */
    @Override
    public int compareTo(SnapshotId other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(version, other.version);
    }

    /** {@code epoch.version}. */
    @Override
    public String toString() {
        return epoch + "." + version;
    }
}
