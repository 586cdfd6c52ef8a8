package io.isochrone.control.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.control.publish.NodeFacts.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MembersTest {
    private static final Members THREE = Members.NONE.next(List.of(
            Facts.gateway("a", "westeurope", 0),
            Facts.gateway("b", "westeurope", 0),
            Facts.gateway("c", "eastasia", 0)));

    private static List<String> ids(Members members) {
        return members.members().stream().map(Member::id).toList();
    }

    @Test
    void servingGatewaysAreMembers() {
        assertThat(ids(THREE)).containsExactly("a", "b", "c");
        assertThat(THREE.suspicion()).isNull();
    }

    @Test
    void aLostNodeLeaves() {
        Members next = THREE.next(List.of(
                Facts.gateway("a", "westeurope", 10),
                Facts.gateway("b", "westeurope", 0),
                Facts.gateway("c", "eastasia", 1)));

        assertThat(ids(next)).containsExactly("b", "c");
        assertThat(next.suspicion()).isNull();
    }

    @Test
    void aNodeStaysUntilItIsLost() {
        Members next = THREE.next(List.of(
                Facts.gateway("a", "westeurope", 9.9),
                Facts.gateway("b", "westeurope", 0),
                Facts.gateway("c", "eastasia", 1)));

        assertThat(ids(next)).containsExactly("a", "b", "c");
    }

    @Test
    void mostNodesFallingSilentAtOnceAreKept() {
        Members next = THREE.next(List.of(
                Facts.gateway("a", "westeurope", 10),
                Facts.gateway("b", "westeurope", 8),
                Facts.gateway("c", "eastasia", 1)));

        assertThat(ids(next)).containsExactly("a", "b", "c");
        assertThat(next.suspicion()).contains("2 of 3 gateway nodes fell silent at once");
    }

    @Test
    void keptNodesStayForAsLongAsMostAreSilentThoughTheyAreForgotten() {
        Members next = THREE.next(List.of(Facts.gateway("c", "eastasia", 1)));

        assertThat(ids(next)).containsExactly("a", "b", "c");
        assertThat(ids(next.next(List.of(Facts.gateway("c", "eastasia", 1))))).containsExactly("a", "b", "c");
    }

    @Test
    void silentNodesLeaveOnceOthersOutnumberThem() {
        Members kept = THREE.next(List.of(Facts.gateway("c", "eastasia", 1)));

        Members more = kept.next(List.of(
                Facts.gateway("c", "eastasia", 1),
                Facts.gateway("d", "westeurope", 0),
                Facts.gateway("e", "westeurope", 0)));
        Members next = more.next(List.of(
                Facts.gateway("c", "eastasia", 1),
                Facts.gateway("d", "westeurope", 0),
                Facts.gateway("e", "westeurope", 0)));

        assertThat(ids(next)).containsExactly("c", "d", "e");
        assertThat(next.suspicion()).isNull();
    }

    @Test
    void theLastMemberStays() {
        Members one = Members.NONE.next(List.of(Facts.gateway("a", "westeurope", 0)));

        assertThat(ids(one.next(List.of(Facts.gateway("a", "westeurope", 100)))))
                .containsExactly("a");
        assertThat(ids(one.next(List.of()))).containsExactly("a");
    }

    @Test
    void allNodesStartingAnewAtOnceAreKept() {
        Members next = THREE.next(List.of(
                Facts.in(Condition.STARTING, Facts.gateway("a", "westeurope", 0)),
                Facts.in(Condition.STARTING, Facts.gateway("b", "westeurope", 0)),
                Facts.in(Condition.STARTING, Facts.gateway("c", "eastasia", 0))));

        assertThat(ids(next)).containsExactly("a", "b", "c");
        assertThat(next.suspicion()).contains("no gateway node says that it serves");
    }

    @Test
    void drainingAndStartingNodesAreNoMembers() {
        Members next = THREE.next(List.of(
                Facts.in(Condition.DRAINING, Facts.gateway("a", "westeurope", 0)),
                Facts.in(Condition.STARTING, Facts.gateway("b", "westeurope", 0)),
                Facts.gateway("c", "eastasia", 0)));

        assertThat(ids(next)).containsExactly("c");
    }

    @Test
    void oneAddressIsToldOnceByTheNameHeardLast() {
        Members next = Members.NONE.next(List.of(
                Facts.at(Facts.gateway("old", "westeurope", 5), "LOCALHOST:81"),
                Facts.at(Facts.gateway("new", "westeurope", 1), "127.0.0.1:81")));

        assertThat(ids(next)).containsExactly("new");
    }
}
