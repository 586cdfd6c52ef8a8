package io.isochrone.control.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A change of a service, from its PATCH to the nodes that have it. Thread-safe: no state. */
final class ServiceChange {
    private ServiceChange() {}

    /** Makes the change, follows it and shows the regions that come of it. */
    static void make(
            Session session,
            ServiceView service,
            Waiting waiting,
            String what,
            Function<ServiceView, @Nullable ObjectNode> body) {
        Answer answer = session.change(service, body);
        if (answer == null) {
            session.say("Nothing to do.");
        } else {
            boolean ended = new Follower(session, waiting, () -> NodeProgress.words(session.nodes(service)))
                    .follow(answer, service.id() + "?" + Session.VERSION, what);
            session.say(what + (ended ? ": done." : ": begun. See isochrone region list."));
        }
        RegionList.show(session, session.read(service.id()));
    }
}
