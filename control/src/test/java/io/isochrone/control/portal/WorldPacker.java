package io.isochrone.control.portal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the page's {@code world.json} from Natural Earth's land: {@code WorldPacker land-110m.json land-50m.json world.json}, the
 * inputs being those of the npm package world-atlas 2.0.2 (TopoJSON). Run by hand when the map changes.
 *
 * <p>The map is in the Equal Earth projection (Šavrič, Patterson, Jenny 2018) about 11° east, 1,000 units wide, cut at 83.7° north and
 * 56° south, and in the Pacific. {@code land} is an SVG path from the coarse land; {@code dots} are, row by row, {@code [y, x, n, x, n…]}: runs of {@code n} points
 * of land that stand {@code step} apart, found on the finer land.
 *
 * <p>Not thread-safe; confined to its owner.
 */
final class WorldPacker {
    private static final double CENTRE = 11;
    private static final double SCALE = 1000 / (2 * 2.7066299836);
    private static final double NORTH = 83.7;
    private static final double SOUTH = -56;
    private static final int LEFT = 118;
    private static final int WIDTH = 842;
    private static final double STEP = 7.2;
    private static final double LEAST_AREA = 10;

    private WorldPacker() {}

    /** Reads both lands and writes the map. */
    public static void main(String[] args) throws IOException {
        List<double[][]> coarse = rings(Path.of(args[0]));
        List<double[][]> fine = rings(Path.of(args[1]));
        ObjectNode world = new ObjectMapper().createObjectNode();
        world.put("source", "Natural Earth (public domain), by world-atlas 2.0.2");
        world.put("centre", CENTRE).put("left", LEFT).put("width", WIDTH);
        world.put("height", Math.round(project(CENTRE, SOUTH)[1])).put("step", STEP);
        ArrayNode dots = world.putArray("dots");
        double height = project(CENTRE, SOUTH)[1];
        int row = 0;
        for (double y = STEP / 2; y < height; y += STEP * Math.sqrt(3) / 2, row++) {
            ArrayNode line = dots.arrayNode();
            line.add(Math.round(y * 10) / 10.0);
            int run = 0;
            for (int i = 0; i * STEP < 1000; i++) {
                double x = i * STEP + (row % 2 == 0 ? STEP / 2 : STEP);
                boolean land = within(x, y, fine);
                if (land && run++ == 0) {
                    line.add(Math.round(x * 10) / 10.0);
                }
                if (!land && run > 0) {
                    line.add(run);
                    run = 0;
                }
            }
            if (run > 0) {
                line.add(run);
            }
            if (line.size() > 1) {
                dots.add(line);
            }
        }
        world.put("land", path(coarse));
        Files.writeString(Path.of(args[2]), world + "\n");
    }

    /** Outer and inner rings as pairs of longitude and latitude. */
    private static List<double[][]> rings(Path topology) throws IOException {
        JsonNode root = new ObjectMapper().readTree(topology.toFile());
        JsonNode scale = root.at("/transform/scale");
        JsonNode translate = root.at("/transform/translate");
        List<double[][]> arcs = new ArrayList<>();
        for (JsonNode arc : root.path("arcs")) {
            double[][] points = new double[arc.size()][];
            long x = 0;
            long y = 0;
            for (int i = 0; i < points.length; i++) {
                x += arc.get(i).get(0).asLong();
                y += arc.get(i).get(1).asLong();
                points[i] = new double[] {
                    x * scale.get(0).asDouble() + translate.get(0).asDouble(),
                    y * scale.get(1).asDouble() + translate.get(1).asDouble()
                };
            }
            arcs.add(points);
        }
        List<double[][]> rings = new ArrayList<>();
        for (JsonNode geometry : root.at("/objects/land/geometries")) {
            for (JsonNode polygon : geometry.path("arcs")) {
                for (JsonNode ring : polygon) {
                    List<double[]> points = new ArrayList<>();
                    double last = Double.NaN;
                    for (JsonNode index : ring) {
                        int at = index.asInt();
                        double[][] arc = arcs.get(at < 0 ? ~at : at);
                        for (int i = 0; i < arc.length; i++) {
                            double[] point = at < 0 ? arc[arc.length - 1 - i] : arc[i];
                            // A ring goes on across the antimeridian: longitudes beyond 180 instead of a jump.
                            double turn = Double.isNaN(last) ? 0 : Math.round((last - point[0]) / 360) * 360.0;
                            last = point[0] + turn;
                            points.add(new double[] {last, point[1]});
                        }
                    }
                    rings.add(points.toArray(double[][]::new));
                }
            }
        }
        return rings;
    }

    private static String path(List<double[][]> rings) {
        StringBuilder path = new StringBuilder();
        for (double[][] ring : rings) {
            double[][] points = new double[ring.length][];
            double area = 0;
            double left = 1000;
            double right = 0;
            boolean south = true;
            for (int i = 0; i < ring.length; i++) {
                points[i] = project(ring[i][0], ring[i][1]);
                left = Math.min(left, points[i][0]);
                right = Math.max(right, points[i][0]);
                south &= ring[i][1] < SOUTH + 1;
                if (i > 0) {
                    area += points[i - 1][0] * points[i][1] - points[i][0] * points[i - 1][1];
                }
            }
            if (south || right - left > 700 || Math.abs(area) / 2 < LEAST_AREA) {
                continue;
            }
            double lastX = -10;
            double lastY = -10;
            char step = 'M';
            for (double[] point : points) {
                if (Math.hypot(point[0] - lastX, point[1] - lastY) >= 1.5) {
                    lastX = point[0];
                    lastY = point[1];
                    path.append(step).append(tenth(lastX)).append(' ').append(tenth(lastY));
                    step = 'L';
                }
            }
            path.append('Z');
        }
        return path.toString();
    }

    private static String tenth(double value) {
        String text = Double.toString(Math.round(value * 10) / 10.0);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** x and y on the map. */
    private static double[] project(double longitude, double latitude) {
        double lambda = Math.toRadians(((longitude - CENTRE) % 360 + 540) % 360 - 180);
        double theta = Math.asin(Math.sqrt(3) / 2 * Math.sin(Math.toRadians(latitude)));
        double north = height(Math.asin(Math.sqrt(3) / 2 * Math.sin(Math.toRadians(NORTH))));
        double x = lambda * Math.cos(theta) / (Math.sqrt(3) / 2 * slope(theta));
        return new double[] {500 + SCALE * x, SCALE * (north - height(theta))};
    }

    private static double height(double theta) {
        double square = theta * theta;
        double sixth = square * square * square;
        return theta * (1.340264 - 0.081106 * square + sixth * (0.000893 + 0.003796 * square));
    }

    private static double slope(double theta) {
        double square = theta * theta;
        double sixth = square * square * square;
        return 1.340264 - 3 * 0.081106 * square + sixth * (7 * 0.000893 + 9 * 0.003796 * square);
    }

    private static boolean within(double x, double y, List<double[][]> land) {
        double north = height(Math.asin(Math.sqrt(3) / 2 * Math.sin(Math.toRadians(NORTH))));
        double theta = 0;
        for (int i = 0; i < 12; i++) {
            theta -= (height(theta) - (north - y / SCALE)) / slope(theta);
        }
        double latitude = Math.toDegrees(Math.asin(Math.sin(theta) / (Math.sqrt(3) / 2)));
        double lambda = (x - 500) / SCALE * (Math.sqrt(3) / 2 * slope(theta)) / Math.cos(theta);
        if (Math.abs(lambda) > Math.PI || latitude < SOUTH) {
            return false;
        }
        double longitude = Math.toDegrees(lambda) + CENTRE;
        return covers(land, longitude, latitude)
                || covers(land, longitude + 360, latitude)
                || covers(land, longitude - 360, latitude);
    }

    private static boolean covers(List<double[][]> land, double longitude, double latitude) {
        boolean in = false;
        for (double[][] ring : land) {
            for (int i = 0, j = ring.length - 1; i < ring.length; j = i++) {
                double[] a = ring[i];
                double[] b = ring[j];
                if (a[1] > latitude != b[1] > latitude
                        && longitude < (b[0] - a[0]) * (latitude - a[1]) / (b[1] - a[1]) + a[0]) {
                    in = !in;
                }
            }
        }
        return in;
    }
}
