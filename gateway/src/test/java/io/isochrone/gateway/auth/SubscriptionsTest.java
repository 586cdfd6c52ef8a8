package io.isochrone.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.Subscription;
import io.isochrone.config.model.SubscriptionState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubscriptionsTest {
    private final KeyHash hash = new KeyHash();

    private static String hex(String key) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    }

    private Verdict judge(Subscriptions subscriptions, String key, String api) {
        return subscriptions.judge(hash.ofHeader(key), api);
    }

    @Test
    void withoutSubscriptionsNobodyIsKnown() {
        assertThat(judge(new Subscriptions(List.of()), "a", "echo")).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void bothKeysOpenWhatTheSubscriptionNames() throws Exception {
        Subscriptions all = new Subscriptions(List.of(
                new Subscription("one", List.of("echo"), SubscriptionState.ACTIVE, List.of(hex("a"), hex("b"))),
                new Subscription("two", null, SubscriptionState.ACTIVE, List.of(hex("c")))));

        assertThat(judge(all, "a", "echo")).isEqualTo(Verdict.GRANTED);
        assertThat(judge(all, "b", "echo")).isEqualTo(Verdict.GRANTED);
        assertThat(judge(all, "a", "other")).isEqualTo(Verdict.OTHER_API);
        assertThat(judge(all, "c", "other")).isEqualTo(Verdict.GRANTED);
        assertThat(judge(all, "A", "echo")).isEqualTo(Verdict.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(SubscriptionState.class)
    void onlyAnActiveSubscriptionOpensAnything(SubscriptionState state) throws Exception {
        Subscriptions all = new Subscriptions(List.of(new Subscription("one", null, state, List.of(hex("a")))));

        assertThat(judge(all, "a", "echo"))
                .isEqualTo(state == SubscriptionState.ACTIVE ? Verdict.GRANTED : Verdict.INACTIVE);
    }

    @Test
    void aKeyOfSeveralSubscriptionsOpensWhatAnyOfThemOpens() throws Exception {
        Subscriptions all = new Subscriptions(List.of(
                new Subscription("one", null, SubscriptionState.SUSPENDED, List.of(hex("a"), hex("a"))),
                new Subscription("two", List.of("echo"), SubscriptionState.ACTIVE, List.of(hex("a"))),
                new Subscription("three", List.of("more"), SubscriptionState.ACTIVE, List.of(hex("a")))));

        assertThat(judge(all, "a", "echo")).isEqualTo(Verdict.GRANTED);
        assertThat(judge(all, "a", "more")).isEqualTo(Verdict.GRANTED);
        assertThat(judge(all, "a", "other")).isEqualTo(Verdict.OTHER_API);
    }

    @Test
    void eachOfManyKeysIsFoundAndNoOther() throws Exception {
        List<Subscription> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            many.add(new Subscription("s" + i, List.of("api" + i), SubscriptionState.ACTIVE, List.of(hex("key" + i))));
        }
        Subscriptions all = new Subscriptions(many);

        for (int i = 0; i < 2000; i++) {
            assertThat(judge(all, "key" + i, "api" + i)).isEqualTo(Verdict.GRANTED);
            assertThat(judge(all, "kex" + i, "api" + i)).isEqualTo(Verdict.UNKNOWN);
        }
    }

    @Test
    void oneWordOfTheHashIsNotEnough() throws Exception {
        byte[] real = HexFormat.of().parseHex(hex("a"));
        Subscriptions all =
                new Subscriptions(List.of(new Subscription("one", null, SubscriptionState.ACTIVE, List.of(hex("a")))));

        for (int i = 0; i < 32; i++) {
            byte[] other = real.clone();
            other[i] ^= 1;
            assertThat(all.judge(other, "echo")).isEqualTo(Verdict.UNKNOWN);
        }
        assertThat(all.judge(real, "echo")).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void aKeyThatIsTooLongIsNobodys() throws Exception {
        String longest = "k".repeat(KeyHash.MOST_CHARS);
        Subscriptions all = new Subscriptions(
                List.of(new Subscription("one", null, SubscriptionState.ACTIVE, List.of(hex(longest)))));

        assertThat(judge(all, longest, "echo")).isEqualTo(Verdict.GRANTED);
        assertThat(judge(all, longest + "k", "echo")).isEqualTo(Verdict.UNKNOWN);
        assertThat(all.judge(hash.ofQuery(longest + "k", 0, longest.length() + 1), "echo"))
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aQueryIsPercentDecoded() throws Exception {
        assertThat(HexFormat.of().formatHex(hash.ofQuery("x=a%2Fb+c%&y", 2, 10)))
                .isEqualTo(hex("a/b c%"));
    }

    @Test
    void findsTheParameterOfThatNameOnly() {
        assertThat(KeyDoor.parameter("subscription-key=a", "subscription-key")).isEqualTo(17);
        assertThat(KeyDoor.parameter("a=1&Subscription-Key=a&b", "subscription-key"))
                .isEqualTo(21);
        assertThat(KeyDoor.parameter("my-subscription-key=a", "subscription-key"))
                .isEqualTo(-1);
        assertThat(KeyDoor.parameter("subscription-keys=a", "subscription-key")).isEqualTo(-1);
        assertThat(KeyDoor.parameter("subscription-key", "subscription-key")).isEqualTo(-1);
        assertThat(KeyDoor.parameter("&&", "subscription-key")).isEqualTo(-1);
        assertThat(KeyDoor.parameter("", "subscription-key")).isEqualTo(-1);
    }
}
