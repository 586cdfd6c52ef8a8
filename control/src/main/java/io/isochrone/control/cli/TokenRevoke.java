package io.isochrone.control.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a token back. Not thread-safe; confined to the main thread. */
@Command(
        name = "revoke",
        header = {"Takes a token back: who shows it is refused from now on.", ""},
        mixinStandardHelpOptions = true,
        footer = {"", "Example: isochrone token revoke ID --yes"})
final class TokenRevoke extends Task {
    @Parameters(paramLabel = "ID", description = "as isochrone token list shows it")
    private String id;

    @Mixin
    private Consent consent;

    TokenRevoke(Surroundings around) {
        super(around);
    }

    @Override
    void run(Session session) {
        consent.require(
                session,
                "Revoke token " + id + "?",
                List.of("Who uses it is refused at once. Nodes that use it go on with what they have, without news."));
        Answer answer = session.client().call("DELETE", TokenList.TOKENS + "/" + Session.encoded(id), null, Map.of());
        if (answer.status() == 404) {
            throw FailedException.bad("token: " + id + " (expected: one that is good; see isochrone token list)");
        }
        if (!answer.isGood()) {
            throw session.client().refused(answer);
        }
        session.say("Token " + id + " is revoked.");
    }
}
