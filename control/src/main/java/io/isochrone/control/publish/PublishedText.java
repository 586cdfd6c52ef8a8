package io.isochrone.control.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isochrone.config.wire.SnapshotId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is published, as text for the store: JSON, compressed, in Base64, because most of it repeats. Other lines than the stable
 * gateways' are written as what differs from it.
 *
 * <p>Thread-safe: no state.
 */
public final class PublishedText {
    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_ITEMS = 200_000;

    private PublishedText() {}

    /** As text; {@link #read} of it equals {@code published}. */
    public static String write(Published published) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("last", id(published.last()));
        json.put("resource", published.resource());
        ArrayNode regions = json.putArray("regions");
        published.regions().forEach(regions::add);
        SortedMap<String, String> base = published.stable().gateways();
        json.set("stable", line(published.stable(), new TreeMap<>(), base));
        Candidate candidate = published.candidate();
        if (candidate != null) {
            ObjectNode on = json.putObject("candidate");
            on.set("line", line(candidate.line(), base, base));
            on.put("stage", candidate.stage().name());
            on.put("canary", candidate.canary()).put("region", candidate.region());
            ArrayNode tried = on.putArray("tried");
            candidate.tried().forEach(tried::add);
            ArrayNode ids = on.putArray("ids");
            candidate.ids().forEach(each -> ids.add(id(each)));
        }
        if (published.refused() != null) {
            json.putObject("refused")
                    .put("hash", published.refused().hash())
                    .put("reason", published.refused().reason());
        }
        ObjectNode gone = json.putObject("gone");
        published.gone().forEach(gone::put);
        return pack(json.toString());
    }

    /** Reads it back; throws {@link UnpublishableException} at {@code path} when it is damaged. */
    public static Published read(String path, String text) {
        Doc doc = Doc.read(path, unpack(path, text));
        Line stable = line(doc.at("stable"), new TreeMap<>(), null);
        Doc on = doc.at("candidate");
        Doc refused = doc.at("refused");
        SortedMap<String, Long> gone = new TreeMap<>();
        for (String region : doc.at("gone").names(1000)) {
            gone.put(region, doc.at("gone").at(region).number(1, Long.MAX_VALUE));
        }
        return new Published(
                id(doc.at("last")),
                doc.at("resource").number(0, Long.MAX_VALUE),
                new TreeSet<>(texts(doc.at("regions"))),
                stable,
                on.isThere() ? candidate(on, stable.gateways()) : null,
                refused.isThere()
                        ? new Published.Refused(
                                refused.at("hash").text(64),
                                refused.at("reason").anyText(10_000))
                        : null,
                gone);
    }

    private static Candidate candidate(Doc on, SortedMap<String, String> base) {
        Stage stage = switch (on.at("stage").text(20)) {
            case "CANARY" -> Stage.CANARY;
            case "REGION" -> Stage.REGION;
            case "ALL" -> Stage.ALL;
            default -> throw on.at("stage").wrong("CANARY, REGION or ALL");
        };
        List<SnapshotId> ids = new ArrayList<>();
        on.at("ids").items(Candidate.MAX_IDS).forEach(each -> ids.add(id(each)));
        return new Candidate(
                line(on.at("line"), base, base),
                stage,
                on.at("canary").optionalText(200),
                on.at("region").optionalText(80),
                texts(on.at("tried")),
                ids);
    }

    private static List<String> texts(Doc list) {
        return list.items(1000).stream().map(each -> each.text(200)).toList();
    }

    private static ObjectNode id(SnapshotId id) {
        return JsonNodeFactory.instance.objectNode().put("epoch", id.epoch()).put("version", id.version());
    }

    private static SnapshotId id(Doc doc) {
        return new SnapshotId(
                doc.at("epoch").number(1, Long.MAX_VALUE), doc.at("version").number(1, Long.MAX_VALUE));
    }

    private static ObjectNode line(Line line, SortedMap<String, String> gateways, SortedMap<String, String> routers) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("id", id(line.id()));
        json.set("gateways", items(line.gateways(), gateways));
        json.set("routers", items(line.routers(), routers));
        return json;
    }

    private static Line line(Doc doc, SortedMap<String, String> gateways, @Nullable SortedMap<String, String> routers) {
        SortedMap<String, String> read = items(doc.at("gateways"), gateways);
        return new Line(id(doc.at("id")), read, items(doc.at("routers"), routers == null ? read : routers));
    }

    private static ObjectNode items(SortedMap<String, String> items, SortedMap<String, String> base) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode set = json.putObject("set");
        items.forEach((key, text) -> {
            if (!text.equals(base.get(key))) {
                set.put(key, text);
            }
        });
        ArrayNode removed = json.putArray("removed");
        base.keySet().stream().filter(key -> !items.containsKey(key)).forEach(removed::add);
        return json;
    }

    private static SortedMap<String, String> items(Doc doc, SortedMap<String, String> base) {
        SortedMap<String, String> items = new TreeMap<>(base);
        for (Doc each : doc.at("removed").items(MAX_ITEMS)) {
            items.remove(each.text(1024));
        }
        for (String key : doc.at("set").names(MAX_ITEMS)) {
            items.put(key, doc.at("set").at(key).anyText(MAX_BYTES));
        }
        return items;
    }

    private static String pack(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array of bytes has no trouble of its own
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static String unpack(String path, String text) {
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UnpublishableException(path, "larger than 64 MiB", "at most 64 MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | IllegalArgumentException e) {
            throw new UnpublishableException(path, "damaged: " + e.getMessage(), "what was written");
        }
    }
}
