package io.isochrone.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** P41: which names a name stands for, as in a cluster. */
final class SearchListTest {
    @Test
    void readsWhatClustersWrite() {
        SearchList list =
                SearchList.parse("nameserver 10.0.0.1\nsearch a.svc.local. svc.local\noptions ndots:5 edns0\n");

        assertThat(list).isEqualTo(new SearchList(List.of("a.svc.local", "svc.local"), 5));
        assertThat(list.namesOf("orders.a")).containsExactly("orders.a.a.svc.local", "orders.a.svc.local", "orders.a");
    }

    @Test
    void takesNamesWithDotsAsTheyAreFirst() {
        SearchList list = SearchList.parse("domain corp\n# search nothing\noptions\nsearch\tlan  ");

        assertThat(list.namesOf("api.example")).containsExactly("api.example", "api.example.lan");
        assertThat(list.namesOf("api")).containsExactly("api.lan", "api");
        assertThat(SearchList.parse("").namesOf("api")).containsExactly("api");
    }
}
