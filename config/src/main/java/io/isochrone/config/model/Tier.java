package io.isochrone.config.model;

/** The tier of a service: how many units a location may have and whether there may be several locations. */
public enum Tier {
    DEVELOPER("Developer", 1, false),
    BASIC("Basic", 2, false),
    STANDARD("Standard", 4, false),
    PREMIUM("Premium", 12, true);

    private final String displayName;
    private final int maxUnits;
    private final boolean multiRegion;

    Tier(String displayName, int maxUnits, boolean multiRegion) {
        this.displayName = displayName;
        this.maxUnits = maxUnits;
        this.multiRegion = multiRegion;
    }

    /** The name as operators write it, such as {@code Premium}. */
    public String displayName() {
        return displayName;
    }

    /** The most units that one location may have, at least 1. */
    public int maxUnits() {
        return maxUnits;
    }

    /** Whether a service of this tier may have more than its primary location. */
    public boolean isMultiRegion() {
        return multiRegion;
    }
}
