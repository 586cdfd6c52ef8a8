package io.isochrone.router.geo;

import io.isochrone.config.model.GeoPoint;

/**
 * The cells of a one-degree grid over the earth.
 *
 * <p>Shape: cell 0 is no place; cell {@code 1 + (latitude + 90) * 360 + longitude + 180} has that south-west corner.
 *
 * <p>Thread-safe: no state.
 */
final class GridCells {
    /** The cell that is no place. */
    static final char NOWHERE = 0;

    private GridCells() {}

    /** The cell of a place. */
    static char of(double latitude, double longitude) {
        int row = Math.min(179, (int) Math.floor(latitude + 90));
        int column = Math.min(359, (int) Math.floor(longitude + 180));
        return (char) (1 + row * 360 + column);
    }

    /** The middle of a cell other than 0. */
    static GeoPoint middle(char cell) {
        int row = (cell - 1) / 360;
        int column = (cell - 1) % 360;
        return new GeoPoint(row - 89.5, column - 179.5);
    }
}
