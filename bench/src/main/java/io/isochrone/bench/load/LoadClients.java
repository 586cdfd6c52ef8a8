package io.isochrone.bench.load;

import io.isochrone.config.model.GeoPoint;
import io.isochrone.config.model.IpLiteral;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Places that share a load by weight.
 *
 * <p>Immutable. {@code cumulative[i]} is the sum of the weights 0..i.
 */
public final class LoadClients {
    private static final String HEADER = "city,country,latitude,longitude,weight,address";

    private final List<LoadClient> clients;
    private final double[] cumulative;

    private LoadClients(List<LoadClient> clients) {
        this.clients = List.copyOf(clients);
        this.cumulative = new double[clients.size()];
        double sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += clients.get(i).weight();
            cumulative[i] = sum;
        }
    }

    /** The embedded list: cities weighted by the internet users around them. */
    public static LoadClients world() {
        try (InputStream in = LoadClients.class.getResourceAsStream("cities.csv")) {
            if (in == null) {
                throw new IllegalStateException("cities.csv: missing (expected: beside this class)");
            }
            return parse("cities.csv", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("cities.csv: unreadable (expected: beside this class)", e);
        }
    }

    /** These clients, at least one. */
    public static LoadClients of(List<LoadClient> clients) {
        if (clients.isEmpty()) {
            throw new IllegalArgumentException("clients: none (expected: at least one)");
        }
        return new LoadClients(clients);
    }

    /** Reads a file of the embedded list's form. Throws IOException when unreadable, IllegalArgumentException when not of the form. */
    public static LoadClients read(Path file) throws IOException {
        return parse(file.toString(), Files.readString(file));
    }

    static LoadClients parse(String name, String text) {
        List<LoadClient> clients = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String row = line.strip();
            if (row.isEmpty() || row.startsWith("#") || row.equals(HEADER)) {
                continue;
            }
            clients.add(client(name + ":" + number, row));
        }
        if (clients.isEmpty()) {
            throw new IllegalArgumentException(name + ": no clients (expected: lines " + HEADER + ")");
        }
        return new LoadClients(clients);
    }

    private static LoadClient client(String where, String row) {
        String[] cells = row.split(",", -1);
        if (cells.length != 6) {
            throw new IllegalArgumentException(where + ": \"" + row + "\" (expected: " + HEADER + ")");
        }
        if (IpLiteral.parse(cells[5]) == null) {
            throw new IllegalArgumentException(where + ": address: \"" + cells[5] + "\" (expected: an IP address)");
        }
        try {
            GeoPoint point = new GeoPoint(Double.parseDouble(cells[2]), Double.parseDouble(cells[3]));
            return new LoadClient(cells[0], cells[1], point, Double.parseDouble(cells[4]), cells[5]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
        }
    }

    /** All of them, in the order of the list. */
    public List<LoadClient> all() {
        return clients;
    }

    /** The client of that city. Throws IllegalArgumentException when there is none. */
    public LoadClient city(String city) {
        for (LoadClient client : clients) {
            if (client.city().equals(city)) {
                return client;
            }
        }
        throw new IllegalArgumentException("city: \"" + city + "\" (expected: a city of the list)");
    }

    /** Index of a client, chosen with the probability of its share. */
    public int pick(RandomGenerator random) {
        double key = random.nextDouble() * cumulative[cumulative.length - 1];
        int found = Arrays.binarySearch(cumulative, key);
        return Math.min(found < 0 ? -found - 1 : found + 1, cumulative.length - 1);
    }
}
