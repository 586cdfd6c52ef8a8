package io.isochrone.proxy.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HedgeBudgetTest {
    private static final long MILLISECOND = 1_000_000;

    /** P51: 1,000 requests a second for 30 s, and every one is slow. */
    @Test
    void isAShareOfTheRequestsAndOneASecond() {
        RetryBudget retries = new RetryBudget();
        HedgeBudget budget = new HedgeBudget(retries);
        int sent = 0;
        for (int i = 0; i < 30_000; i++) {
            retries.requested();
            budget.requested(5);
            sent += budget.take(i * MILLISECOND) ? 1 : 0;
        }

        assertThat(sent).isBetween(1_500, 1_500 + 31);
    }

    @Test
    void everyOneIsARetryToo() {
        RetryBudget retries = new RetryBudget();
        HedgeBudget budget = new HedgeBudget(retries);
        int all = 0;
        for (int i = 0; i < 30_000; i++) {
            retries.requested();
            budget.requested(20);
            all += budget.take(i * MILLISECOND) ? 1 : 0;
            all += retries.take(i * MILLISECOND) ? 1 : 0;
        }

        assertThat(all).isBetween(6_000, 6_000 + 31 * 10);
    }

    @Test
    void thereIsNoneWhenRetriesHaveUsedTheirsUp() {
        RetryBudget retries = new RetryBudget();
        HedgeBudget budget = new HedgeBudget(retries);
        budget.requested(20);
        assertThat(budget.has(0)).isTrue();
        while (retries.take(0)) {
            budget.requested(20);
        }

        assertThat(budget.has(0)).isFalse();
        assertThat(budget.take(0)).isFalse();
    }

    @Test
    void whatIsSavedHasABound() {
        RetryBudget retries = new RetryBudget();
        HedgeBudget budget = new HedgeBudget(retries);
        for (int i = 0; i < 10_000; i++) {
            retries.requested();
            budget.requested(20);
        }
        int taken = 0;
        while (budget.take(0)) {
            taken++;
        }
        assertThat(taken).isEqualTo(HedgeBudget.MOST);
    }
}
