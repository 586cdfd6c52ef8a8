package io.isochrone.config.read;

import java.util.List;

/** The reference of all keys, drawn from the same table that reads them. Thread-safe: no state. */
public final class ReferencePage {
    private static final String INTRODUCTION = """
            # Configuration

            <!-- Generated from the table of keys that the reader uses. After a change of keys:
                 ./mvnw -q test -pl config -Dtest=ReferencePageTest -Dreference.write=true -->

            One YAML 1.2 file says everything: the service with its locations, the APIs, and how routers and gateways behave. Routers
            and gateways read the same file. `config/` has files to copy; `isochrone check FILE` tells every problem at once, each as

                file:line:column: key: value (expected: what may stand there; did you mean "this"?)

            Unknown keys, repeated keys, tags and values without their unit are problems. The file is UTF-8, at most 1 MiB, nested at
            most 20 deep, with at most 50 aliases. Times are whole numbers with `ms`, `s`, `m` or `h`; sizes with `B`, `KiB`, `MiB`,
            `GiB` or `TiB`. Regions are those of Azure, AWS and Google Cloud under their own names, and those listed under `regions`;
            case and blanks do not count.

            Rules between keys: each location once; units within the tier (Developer 1, Basic 2, Standard 4, Premium 12 in each
            location); several locations only in Premium; at least one gateway enabled, and nodes for each that is; each node, API name
            and API path once; backends for every API in every location; no backend that is a router or gateway of the same file;
            `router.timeouts.upstream-idle` below `gateway.timeouts.downstream-idle`, so that the router closes idle connections first;
            `max-target` no larger than `max-head`; `router.admin` another address than `router.listen`.
            """;

    private ReferencePage() {}

    /** The page in Markdown: a table for each mapping of the file. */
    public static String text() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        table(page, "The file", "", DeploymentKeys.DEPLOYMENT.fields());
        return page.toString();
    }

    private static void table(StringBuilder page, String title, String path, List<Key<?>> keys) {
        page.append("\n## ").append(title).append("\n\n");
        page.append("| key | value | default | meaning |\n|---|---|---|---|\n");
        for (Key<?> key : keys) {
            row(page, key);
        }
        for (Key<?> key : keys) {
            if (!key.kind().fields().isEmpty()) {
                String inside = path + key.name() + (key.kind().isList() ? "[]" : "");
                table(page, "`" + inside + "`", inside + ".", key.kind().fields());
            }
        }
    }

    private static void row(StringBuilder page, Key<?> key) {
        boolean isCode = !key.isRequired() && key.isPrinted();
        page.append("| `")
                .append(key.name())
                .append("` | ")
                .append(cell(key.kind().name()))
                .append(" | ")
                .append(isCode ? "`" + key.defaultText() + "`" : cell(key.defaultText()))
                .append(" | ")
                .append(cell(key.meaning()))
                .append(" |\n");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
