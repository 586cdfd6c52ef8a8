package io.isochrone.proxy.dns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Under which names a name is looked up, as {@code resolv.conf(5)} says: one with fewer than {@link #dots} dots first within each domain of the
 * search list, then as it is; any other the other way round.
 *
 * <p>Immutable.
 *
 * @param domains without dots at their ends
 * @param dots the option that resolv.conf calls ndots
 */
record SearchList(List<String> domains, int dots) {
    /** Names are taken as they are written. */
    static final SearchList NONE = new SearchList(List.of(), 1);

    private static final Path FILE = Path.of("/etc/resolv.conf");

    SearchList {
        domains = List.copyOf(domains);
    }

    /** What the system says; {@link #NONE} where it does not. Reads a file; not for event loops. */
    static SearchList ofSystem() {
        try {
            return parse(Files.readString(FILE, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return NONE;
        }
    }

    /** Reads the text of a {@code resolv.conf}; what it does not know it passes over. */
    static SearchList parse(String text) {
        List<String> domains = List.of();
        int dots = 1;
        for (String line : text.split("\n", -1)) {
            String[] words = line.strip().split("\\s+", -1);
            if (words[0].equals("search") || words[0].equals("domain")) {
                List<String> found = new ArrayList<>();
                for (int i = 1; i < words.length; i++) {
                    String domain = words[i].endsWith(".") ? words[i].substring(0, words[i].length() - 1) : words[i];
                    if (!domain.isEmpty()) {
                        found.add(domain);
                    }
                }
                domains = found;
            } else if (words[0].equals("options")) {
                for (String word : words) {
                    if (word.matches("ndots:[0-9]{1,2}")) {
                        dots = Integer.parseInt(word.substring(6));
                    }
                }
            }
        }
        return new SearchList(domains, dots);
    }

    /** The names to look up, in this order, until one exists. */
    List<String> namesOf(String name) {
        List<String> names = new ArrayList<>();
        for (String domain : domains) {
            names.add(name + "." + domain);
        }
        boolean asIsFirst = name.chars().filter(c -> c == '.').count() >= dots;
        names.add(asIsFirst ? 0 : names.size(), name);
        return names;
    }
}
