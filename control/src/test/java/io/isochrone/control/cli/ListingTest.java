package io.isochrone.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

final class ListingTest {
    private final StringWriter out = new StringWriter();

    @Test
    void alignsColumnsAndLeavesNoBlanksAtTheEnd() {
        Listing listing = new Listing("a", "long heading", "c");
        listing.row("1", "", "x");
        listing.row("three", 4, "");

        listing.print(new PrintWriter(out, true), Ansi.OFF);

        assertThat(out.toString().lines())
                .containsExactly("  a      long heading  c", "  1                    x", "  three  4");
    }

    @Test
    void letsNobodySteerTheTerminal() {
        Listing listing = new Listing("a");
        listing.row("\u001b[2Jx");

        listing.print(new PrintWriter(out, true), Ansi.OFF);

        assertThat(out.toString()).contains("?[2Jx").doesNotContain("\u001b");
    }

    @Test
    void wantsACellForEachHeading() {
        assertThatThrownBy(() -> new Listing("a").row("1", "2")).hasMessage("cells: 2 (expected: 1)");
    }
}
