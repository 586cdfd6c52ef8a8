package io.isochrone.router.geo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RunTableTest {
    private static RunTable random(long seed, int runs, int cells) {
        Random random = new Random(seed);
        long[] starts = new long[runs];
        char[] each = new char[runs];
        long at = random.nextInt(3);
        for (int i = 0; i < runs; i++) {
            starts[i] = at;
            at += 1 + (random.nextInt(4) == 0 ? random.nextLong(1L << 40) : random.nextInt(200));
            each[i] = (char) random.nextInt(cells);
        }
        return new RunTable(starts, each);
    }

    @Test
    void whatIsWrittenReadsTheSameSeeds1To50() throws IOException {
        for (int seed = 1; seed <= 50; seed++) {
            RunTable table = random(seed, seed * 40, seed % 2 == 0 ? 300 : 64_801);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            table.write(new DataOutputStream(out));

            RunTable read = RunTable.read(new DataInputStream(new ByteArrayInputStream(out.toByteArray())));

            assertThat(read.size()).isEqualTo(table.size());
            for (int i = 0; i < table.size(); i++) {
                assertThat(read.start(i)).isEqualTo(table.start(i));
                assertThat(read.cell(i)).isEqualTo(table.cell(i));
            }
        }
    }

    @Test
    void aBlockBelongsToTheRunThatBeganLast() {
        RunTable table = new RunTable(new long[] {5, 8, 20}, new char[] {1, 2, 0});

        assertThat(table.find(4)).isEqualTo((char) 0);
        assertThat(table.find(5)).isEqualTo((char) 1);
        assertThat(table.find(7)).isEqualTo((char) 1);
        assertThat(table.find(8)).isEqualTo((char) 2);
        assertThat(table.find(1L << 50)).isEqualTo((char) 0);
    }

    private static RunTable simplify(RunTable exact, double price, float... weights) {
        return new RunSimplifier((said, real) -> said == real ? 0 : 1).simplify(exact, weights, price);
    }

    private static RunTable cells(String text) {
        long[] starts = new long[text.length()];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = i * 10L;
        }
        return new RunTable(starts, text.toCharArray());
    }

    private static String text(RunTable table) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < table.size(); i++) {
            out.append(table.start(i)).append(table.cell(i)).append(' ');
        }
        return out.toString();
    }

    @Test
    void aLightRunAmongHeavyOnesIsLeftOut() {
        assertThat(text(simplify(cells("aba"), 1, 5, 0.5f, 5))).isEqualTo("0a ");
        assertThat(text(simplify(cells("aba"), 1, 5, 4, 5))).isEqualTo("0a 10b 20a ");
    }

    @Test
    void equalNeighboursAreOneRunAndAFreeRunKeepsAll() {
        assertThat(text(simplify(cells("aabb"), 0.1, 1, 1, 1, 1))).isEqualTo("0a 20b ");
        assertThat(text(simplify(cells("abcd"), 0, 1, 1, 1, 1))).isEqualTo("0a 10b 20c 30d ");
    }

    @Test
    void neverCostsMoreThanTheExactTableSeeds1To100() {
        for (int seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            RunTable exact = random(seed, 200, 5);
            float[] weights = new float[200];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = random.nextFloat() * 3;
            }

            RunTable simple = simplify(exact, 1, weights);

            double cost = simple.size();
            for (int i = 0; i < exact.size(); i++) {
                cost += simple.find(exact.start(i)) == exact.cell(i) ? 0 : weights[i];
            }
            assertThat(cost).isLessThanOrEqualTo(exact.size());
        }
    }
}
