package io.isochrone.config.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IpLiteralTest {
    @Test
    void everyOctetIsReadInEveryPlaceAndNoneWithAZeroInFront() {
        for (int octet = 0; octet <= 300; octet++) {
            for (int place = 0; place < 4; place++) {
                String[] parts = {"1", "2", "3", "4"};
                parts[place] = Integer.toString(octet);
                byte[] read = IpLiteral.parse(String.join(".", parts));

                assertThat(read != null).isEqualTo(octet <= 255);
                if (read != null) {
                    assertThat(read[place] & 0xff).isEqualTo(octet);
                }
                parts[place] = "0" + octet;
                assertThat(IpLiteral.parse(String.join(".", parts))).isNull();
            }
        }
    }

    /** The JDK reads the same literals; which groups are zero is tried in all 256 ways. */
    @Test
    void writesWhatTheJdkAndItselfReadAsTheSameAddressSeed3() throws UnknownHostException {
        Random random = new Random(3);
        for (int zeroes = 0; zeroes < 256; zeroes++) {
            byte[] address = new byte[16];
            for (int group = 0; group < 8; group++) {
                int value = (zeroes >> group & 1) == 1 ? 0 : 1 + random.nextInt(0xffff);
                address[2 * group] = (byte) (value >> 8);
                address[2 * group + 1] = (byte) value;
            }
            String text = IpLiteral.format(address);

            assertThat(IpLiteral.parse(text)).isEqualTo(address);
            assertThat(InetAddress.getByName(text).getAddress()).isEqualTo(address);
            assertThat(text).doesNotContain(":::").isLowerCase();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0,::",
        "1:0:0:0:0:0:0:0,1::",
        "0:0:0:0:0:0:0:1,::1",
        "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "1:2:3:4:5:6::,1:2:3:4:5:6::",
        "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8,0:2:3:4:5:6:7:8",
        "00A0::0b,a0::b"
    })
    void writesTheFormOfRfc5952(String text, String canonical) {
        assertThat(IpLiteral.format(Objects.requireNonNull(IpLiteral.parse(text))))
                .isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "::FFFF:1.2.3.4,4",
        "::ffff:102:304,4",
        "0:0:0:0:0:ffff:1.2.3.4,4",
        "::fffe:1.2.3.4,16",
        "::1.2.3.4,16",
        "1::ffff:1.2.3.4,16"
    })
    void onlyMappedAddressesBecomeIpv4(String text, int length) {
        assertThat(IpLiteral.parse(text)).hasSize(length);
    }

    /** Whatever the text, it never throws, and what it reads it writes in a form that it reads again. */
    @Test
    void readsWhatItWritesForAnyTextSeed11() {
        Random random = new Random(11);
        String letters = "0123456789abcdefABCDEFg:::....%/[] \u0661";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(24); k >= 0; k--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            byte[] read = IpLiteral.parse(text.toString());
            if (read != null) {
                assertThat(IpLiteral.parse(IpLiteral.format(read))).isEqualTo(read);
            }
        }
    }
}
