package io.isochrone.config.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.isochrone.config.wire.Snapshot;
import io.isochrone.config.wire.SnapshotId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node says to the control plane and writes to its disk, as JSON. Thread-safe: no state. */
final class ControlText {
    private static final JsonFactory JSON = new JsonFactory();

    /** Writes to a generator. */
    private interface Writer {
        void write(JsonGenerator out) throws IOException;
    }

    private ControlText() {}

    /** A snapshot in the form in which it is offered whole. */
    static byte[] whole(Snapshot snapshot) {
        return json(out -> {
            out.writeStartObject();
            id(out, snapshot.id());
            out.writeStringField("checksum", snapshot.checksum());
            out.writeObjectFieldStart("items");
            for (Map.Entry<String, String> item : snapshot.items().entrySet()) {
                out.writeStringField(item.getKey(), item.getValue());
            }
            out.writeEndObject();
            out.writeEndObject();
        });
    }

    /** What a poll says. */
    static byte[] poll(Node node, @Nullable Held have, @Nullable Refusal refused) {
        return json(out -> {
            out.writeStartObject();
            head(out, node, have, refused);
            out.writeEndObject();
        });
    }

    /** What a report says. */
    static byte[] report(Node node, @Nullable Held have, @Nullable Refusal refused) {
        NodeReport report = node.report();
        return json(out -> {
            out.writeStartObject();
            head(out, node, have, refused);
            NodeReport.Load load = report.load();
            out.writeObjectFieldStart("load");
            out.writeNumberField("requestsPerSecond", rounded(load.requestsPerSecond()));
            out.writeNumberField("errorsPerSecond", rounded(load.errorsPerSecond()));
            out.writeNumberField("inFlight", load.inFlight());
            out.writeNumberField("p50Millis", rounded(load.p50Millis()));
            out.writeNumberField("p99Millis", rounded(load.p99Millis()));
            out.writeEndObject();
            if (!report.regions().isEmpty()) {
                out.writeArrayFieldStart("regions");
                for (NodeReport.RegionLine line : report.regions()) {
                    out.writeStartObject();
                    out.writeStringField("region", line.region());
                    out.writeStringField("state", line.state());
                    out.writeNumberField("requestsPerSecond", rounded(line.requestsPerSecond()));
                    out.writeNumberField("latencyMillis", rounded(line.latencyMillis()));
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            if (!report.map().isEmpty()) {
                out.writeArrayFieldStart("map");
                for (NodeReport.MapPoint point : report.map()) {
                    out.writeStartObject();
                    out.writeNumberField("latitude", point.latitude());
                    out.writeNumberField("longitude", point.longitude());
                    out.writeStringField("region", point.region());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        });
    }

    private static void head(JsonGenerator out, Node node, @Nullable Held have, @Nullable Refusal refused)
            throws IOException {
        NodeIdentity who = node.identity();
        out.writeStringField("node", who.node());
        out.writeStringField("kind", who.kind());
        if (who.region() != null) {
            out.writeStringField("region", who.region());
        }
        out.writeStringField("address", who.address());
        out.writeStringField("software", who.software());
        out.writeStringField("state", node.state());
        if (have != null) {
            out.writeObjectFieldStart("have");
            id(out, have.snapshot().id());
            out.writeStringField("checksum", have.checksum());
            out.writeEndObject();
        }
        if (refused != null) {
            out.writeObjectFieldStart("refused");
            id(out, refused.id());
            out.writeStringField("reason", refused.reason());
            out.writeEndObject();
        }
    }

    private static void id(JsonGenerator out, SnapshotId id) throws IOException {
        out.writeNumberField("epoch", id.epoch());
        out.writeNumberField("version", id.version());
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : 0;
    }

    private static byte[] json(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array of bytes has no trouble of its own
        }
        return bytes.toByteArray();
    }
}
