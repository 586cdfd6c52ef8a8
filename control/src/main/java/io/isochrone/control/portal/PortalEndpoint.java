package io.isochrone.control.portal;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Endpoint;
import io.isochrone.control.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The page's files below {@code /portal/}, for everybody: nothing in them is a secret.
 *
 * <p>Thread-safe: no state but the files.
 */
public final class PortalEndpoint implements Endpoint {
    /** The path below which everything of the portal is. */
    public static final String ROOT = "/portal";

    private final PortalFiles files = PortalFiles.load();

    @Override
    public CompletionStage<Reply> answer(Call call) {
        return CompletableFuture.completedFuture(reply(call));
    }

    private Reply reply(Call call) {
        String path = call.path();
        if (path.equals(ROOT)) {
            return PortalFiles.safe(Reply.of(308)).with("Location", ROOT + "/");
        }
        Reply file = path.startsWith(ROOT + "/")
                ? files.find(path.substring(ROOT.length() + 1), call.header("If-None-Match"))
                : null;
        if (file == null) {
            return plain(404, "There is no such page.");
        }
        return switch (call.method()) {
            case "GET" -> file;
            case "HEAD" -> new Reply(file.status(), file.headers(), new byte[0]);
            default -> plain(405, "Only GET and HEAD.").with("Allow", "GET, HEAD");
        };
    }

    private static Reply plain(int status, String text) {
        return PortalFiles.safe(new Reply(
                status, Map.of("Content-Type", "text/plain; charset=utf-8"), text.getBytes(StandardCharsets.UTF_8)));
    }
}
