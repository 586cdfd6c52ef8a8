package io.isochrone.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.isochrone.config.model.IpLiteral;
import io.isochrone.proxy.client.ProxyHeader.Status;
import io.isochrone.proxy.outcome.ProxyProtocolFault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static byte[] text(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static ProxyHeader parse(byte[] bytes) {
        return ProxyHeader.parse(bytes, bytes.length);
    }

    private static String client(ProxyHeader header) {
        ProxyHeader.Ends ends = header.ends();
        return ends == null ? "none" : IpLiteral.format(ends.source()) + "|" + ends.sourcePort();
    }

    private static String destination(ProxyHeader header) {
        ProxyHeader.Ends ends = header.ends();
        return ends == null ? "none" : IpLiteral.format(ends.destination()) + "|" + ends.destinationPort();
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.7 10.0.0.1 56324 443, 203.0.113.7|56324",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255|65535",
        "PROXY TCP6 2001:db8::7 ::1 0 443, 2001:db8::7|0",
        "PROXY TCP6 ::ffff:203.0.113.7 ::1 1 443, 203.0.113.7|1",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff|65535"
    })
    void readsTheClientFromVersionOne(String line, String client) {
        byte[] bytes = text(line + "\r\nGET / HTTP/1.1\r\n");

        ProxyHeader header = parse(bytes);

        assertThat(header.status()).isEqualTo(Status.PROXIED);
        assertThat(client(header)).isEqualTo(client);
        assertThat(header.length()).isEqualTo(line.length() + 2);
    }

    @Test
    void readsWhatTheClientConnectedTo() {
        String six = "20010db8000000000000000000000007 20010db8000000000000000000000009 dc04 01bb";

        assertThat(destination(parse(text("PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\n"))))
                .isEqualTo("10.0.0.1|443");
        assertThat(destination(parse(hex(SIGNATURE + "21 11 000c cb007107 0a000001 dc04 01bb"))))
                .isEqualTo("10.0.0.1|443");
        assertThat(destination(parse(hex(SIGNATURE + "21 21 0024" + six)))).isEqualTo("2001:db8::9|443");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever 1 2 3 4 5\r\n"})
    void knowsThatVersionOneCanNameNobody(String line) {
        assertThat(parse(text(line)).status()).isEqualTo(Status.LOCAL);
        assertThat(parse(text(line)).length()).isEqualTo(line.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXZ",
                "proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
                " PROXY UNKNOWN\r\n",
                "PROXY \r\n",
                "PROXY TCP4\r\n",
                "PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n",
                "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n",
                "PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n",
                "PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n",
                "PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
                "PROXY TCP6 [::1] ::1 1 2\r\n",
                "PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n",
                "PROXY TCP4 localhost 2.2.2.2 1 2\r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2 1 x\r\n",
                "PROXY TCP4 1.1.1.1 2.2.2.2  2\r\n",
                "PROXY TCP4\t1.1.1.1 2.2.2.2 1 2\r\n"
            })
    void refusesWhatIsNoVersionOne(String line) {
        assertThat(parse(text(line)).status()).isEqualTo(Status.BROKEN);
        assertThat(parse(text(line)).problem()).isNotEmpty();
        assertThat(parse(text(line)).fault())
                .isEqualTo(line.startsWith("PROXY ") ? ProxyProtocolFault.MALFORMED : ProxyProtocolFault.MISSING);
    }

    @Test
    void refusesALineThatIsTooLong() {
        String longest = "PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n";
        String longer = "PROXY UNKNOWN " + "x".repeat(107 - 15) + "\r\n";

        assertThat(parse(text(longest)).status()).isEqualTo(Status.LOCAL);
        assertThat(parse(text(longer)).fault()).isEqualTo(ProxyProtocolFault.TOO_LONG);
        assertThat(parse(text("PROXY UNKNOWN ".repeat(7))).status()).isEqualTo(Status.PARTIAL);
    }

    @ParameterizedTest
    @CsvSource({
        "21 11 000c cb007107 0a000001 dc04 01bb, 203.0.113.7|56324, 28",
        "21 21 0024 20010db8000000000000000000000007 00000000000000000000000000000001 dc04 01bb, 2001:db8::7|56324, 52",
        "21 21 0024 00000000000000000000ffffcb007107 00000000000000000000000000000001 0001 01bb, 203.0.113.7|1, 52",
        "21 11 0013 cb007107 0a000001 dc04 01bb 04 0001 00 03 0000, 203.0.113.7|56324, 35"
    })
    void readsTheClientFromVersionTwo(String rest, String client, int length) {
        byte[] header = hex(SIGNATURE + rest);
        byte[] bytes = Arrays.copyOf(header, header.length + 10);

        ProxyHeader parsed = parse(bytes);

        assertThat(parsed.status()).as(parsed.problem()).isEqualTo(Status.PROXIED);
        assertThat(client(parsed)).isEqualTo(client);
        assertThat(parsed.length()).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({
        "20 00 0000, 16",
        "20 11 000c cb007107 0a000001 dc04 01bb, 28",
        "21 00 0003 010203, 19",
        "20 00 0002 ffff, 18",
        "20 4f 0004 ffffffff, 20",
        "20 12 0000, 16"
    })
    void knowsThatVersionTwoCanNameNobody(String rest, int length) {
        ProxyHeader header = parse(hex(SIGNATURE + rest));

        assertThat(header.status()).as(header.problem()).isEqualTo(Status.LOCAL);
        assertThat(header.length()).isEqualTo(length);
    }

    @Test
    void takesAUnixSocketForNobodyAndChecksItsTlvs() {
        String paths = "21 31 00dc" + "2f".repeat(216);

        assertThat(parse(hex(SIGNATURE + paths + "04 0001 00")).status()).isEqualTo(Status.LOCAL);
        assertThat(parse(hex(SIGNATURE + paths + "04 0002 00")).fault()).isEqualTo(ProxyProtocolFault.MALFORMED);
        assertThat(parse(hex(SIGNATURE + "21 31 00d7")).fault()).isEqualTo(ProxyProtocolFault.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({"12", "22", "32"})
    void refusesClientsThatSendDatagrams(String family) {
        assertThat(parse(hex(SIGNATURE + "21" + family + "000c")).fault()).isEqualTo(ProxyProtocolFault.NOT_TCP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"21 11 1001", "21 11 ffff", "20 00 1001", "21 00 ffff", "21 12 ffff"})
    void refusesALengthBeforeTheBytesCome(String rest) {
        assertThat(parse(hex(SIGNATURE + rest)).fault()).isEqualTo(ProxyProtocolFault.TOO_LONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 000c cb007107 0a000001 dc04 01bb",
                "22 11 000c cb007107 0a000001 dc04 01bb",
                "21 01 000c cb007107 0a000001 dc04 01bb",
                "21 10 000c cb007107 0a000001 dc04 01bb",
                "21 41 000c cb007107 0a000001 dc04 01bb",
                "21 11 000b cb007107 0a000001 dc04 01",
                "21 21 000c cb007107 0a000001 dc04 01bb",
                "21 11 000e cb007107 0a000001 dc04 01bb 0400",
                "21 11 0010 cb007107 0a000001 dc04 01bb 04 ffff 00",
                "21 03 0000"
            })
    void refusesWhatIsNoVersionTwo(String rest) {
        assertThat(parse(hex(SIGNATURE + rest)).status()).isEqualTo(Status.BROKEN);
        assertThat(parse(hex(SIGNATURE + rest)).fault()).isEqualTo(ProxyProtocolFault.MALFORMED);
    }

    @Test
    void takesTheLongestHeaderAndNoLonger() {
        byte[] longest =
                Arrays.copyOf(hex(SIGNATURE + "21 11 1000 cb007107 0a000001 dc04 01bb 04 0ff1"), ProxyHeader.MAX_BYTES);

        assertThat(parse(longest).status()).as(parse(longest).problem()).isEqualTo(Status.PROXIED);
        assertThat(parse(longest).length()).isEqualTo(ProxyHeader.MAX_BYTES);
    }

    @RepeatedTest(20)
    void saysTheSameHoweverTheBytesArrive(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        byte[][] seeds = {
            text("PROXY TCP4 203.0.113.7 10.0.0.1 56324 443\r\nGET /"),
            text("PROXY TCP6 2001:db8::7 ::1 0 443\r\n"),
            hex(SIGNATURE + "21 11 0013 cb007107 0a000001 dc04 01bb 04 0001 00 03 0000 4745"),
            hex(SIGNATURE + "20 00 0000 47")
        };
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int k = random.nextInt(4); k > 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            saysTheSameOfEveryPart(bytes);
        }
    }

    @RepeatedTest(20)
    void takesAnyBytes(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        byte[][] begins = {{}, text("PROXY "), text("PROXY TCP4 "), hex(SIGNATURE), hex(SIGNATURE + "21")};
        for (int i = 0; i < 300; i++) {
            byte[] begin = begins[random.nextInt(begins.length)];
            byte[] bytes = new byte[begin.length + random.nextInt(200)];
            random.nextBytes(bytes);
            System.arraycopy(begin, 0, bytes, 0, begin.length);
            if (bytes.length > 14 && random.nextBoolean()) {
                bytes[14] = 0; // so that some lengths of version 2 are short enough
            }
            saysTheSameOfEveryPart(bytes);
        }
    }

    /** Once a part says something the whole says the same, and a part that is too short says how many bytes it misses at least. */
    private static void saysTheSameOfEveryPart(byte[] bytes) {
        ProxyHeader whole = parse(bytes);
        int needed = 0;
        for (int n = 0; n <= bytes.length; n++) {
            ProxyHeader part = ProxyHeader.parse(bytes, n);
            if (part.status() == Status.PARTIAL) {
                assertThat(part.length()).isGreaterThan(n).isLessThanOrEqualTo(ProxyHeader.MAX_BYTES);
                needed = part.length();
            } else {
                assertThat(needed).isLessThanOrEqualTo(n);
                assertThat(part.status()).isEqualTo(whole.status());
                assertThat(part.fault()).isEqualTo(whole.fault());
                assertThat(part.length()).isEqualTo(whole.length()).isLessThanOrEqualTo(n);
                assertThat(client(part)).isEqualTo(client(whole));
            }
        }
    }
}
