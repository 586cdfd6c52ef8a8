package io.isochrone.config.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidrTest {
    @Test
    void everyPrefixHoldsItsFirstAndLastAddressAndNotTheNeighboursSeed7() {
        Random random = new Random(7);
        for (int length : new int[] {4, 16}) {
            for (int bits = 0; bits <= length * 8; bits++) {
                byte[] any = new byte[length];
                random.nextBytes(any);
                any[0] = 0x20;
                BigInteger size = BigInteger.ONE.shiftLeft(length * 8 - bits);
                BigInteger first = new BigInteger(1, any).divide(size).multiply(size);
                Cidr block = Cidr.parse(IpLiteral.format(bytes(first, length)) + "/" + bits);

                assertThat(block.contains(bytes(first, length))).isTrue();
                assertThat(block.contains(bytes(first.add(size).subtract(BigInteger.ONE), length)))
                        .isTrue();
                if (bits > 8) {
                    assertThat(block.contains(bytes(first.subtract(BigInteger.ONE), length)))
                            .isFalse();
                    assertThat(block.contains(bytes(first.add(size), length))).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:10.0.0.0/104,10.0.0.0/8",
        "::ffff:1.2.3.4/128,1.2.3.4/32",
        "::ffff:1.2.3.4,1.2.3.4/32",
        "::ffff:0.0.0.0/96,0.0.0.0/0",
        "2001:DB8::/32,2001:db8:0:0::/32"
    })
    void twoSpellingsAreTheSameBlock(String one, String other) {
        assertThat(Cidr.parse(one)).isEqualTo(Cidr.parse(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/-0",
                "10.0.0.0/ 8",
                "10.0.0.0/8/8",
                "10.0.0.0/\u0668",
                "10.0.0.0/1234567890123",
                "10/8",
                "/8",
                "/",
                "",
                "::ffff:10.0.0.0/8",
                "::ffff:10.0.0.0/129",
                "::/999"
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    @Test
    void addressesOfAnotherLengthAreOutside() {
        assertThat(Cidr.parse("::/0").contains(new byte[4])).isFalse();
        assertThat(Cidr.parse("0.0.0.0/0").contains(new byte[16])).isFalse();
        assertThat(Cidr.parse("0.0.0.0/0").contains(new byte[0])).isFalse();
    }

    private static byte[] bytes(BigInteger value, int length) {
        byte[] raw = value.toByteArray();
        byte[] out = new byte[length];
        int from = Math.max(0, raw.length - length);
        byte[] kept = Arrays.copyOfRange(raw, from, raw.length);
        System.arraycopy(kept, 0, out, length - kept.length, kept.length);
        return out;
    }
}
