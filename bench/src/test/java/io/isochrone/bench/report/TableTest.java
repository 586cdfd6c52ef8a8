package io.isochrone.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TableTest {
    @Test
    void alignsColumnsAndLeavesNoBlanksAtTheEnd() {
        Table table = new Table("city", ">ms", "by").row("São Paulo", 7, "x").row("Lima", 1234, "");

        assertThat(table.lines()).containsExactly("  city         ms  by", "  São Paulo     7  x", "  Lima       1234");
    }

    @Test
    void writesMillisecondsAsPreciselyAsTheyMatter() {
        assertThat(Figures.millis(1_234_567)).isEqualTo("1.23");
        assertThat(Figures.millis(12_345_678)).isEqualTo("12.3");
        assertThat(Figures.millis(123_456_789)).isEqualTo("123");
    }
}
