package io.isochrone.proxy.dns;

import io.isochrone.proxy.names.NameAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses out of a response: those of the name that was asked for, or of what its aliases (CNAME) lead to within the same response.
 * Recursive servers put the whole chain there (RFC 1034 §4.3.2); others are not asked. The time to live is the shortest of the whole chain,
 * because it is the alias that operators move.
 *
 * <p>Thread-safe: no state.
 */
final class AnswerSection {
    private static final int MAX_ALIASES = 16;
    private static final int MAX_ADDRESSES = 64;

    private AnswerSection() {}

    /** @param type A or AAAA */
    static NameAnswer read(DnsResponse response, String name, DnsRecordType type) {
        DnsResponseCode code = response.code();
        if (code.equals(DnsResponseCode.NXDOMAIN)) {
            return NameAnswer.failed(NameAnswer.NXDOMAIN);
        }
        if (!code.equals(DnsResponseCode.NOERROR)) {
            return NameAnswer.failed(code.toString().toLowerCase(Locale.ROOT));
        }
        if (response.isTruncated()) {
            return NameAnswer.failed("truncated"); // what is missing must not look as if it had left
        }
        return chain(response, canonical(name), type);
    }

    private static NameAnswer chain(DnsResponse response, String name, DnsRecordType type) {
        String owner = name;
        long ttl = Integer.MAX_VALUE;
        for (int i = 0; i < MAX_ALIASES; i++) {
            List<InetAddress> addresses = new ArrayList<>();
            String alias = null;
            for (int j = 0; j < response.count(DnsSection.ANSWER); j++) {
                DnsRecord record = response.recordAt(DnsSection.ANSWER, j);
                if (!canonical(record.name()).equals(owner) || !(record instanceof DnsRawRecord raw)) {
                    continue;
                }
                if (record.type().equals(type) && addresses.size() < MAX_ADDRESSES) {
                    InetAddress address = address(raw.content());
                    if (address == null) {
                        return NameAnswer.failed("malformed");
                    }
                    if (!addresses.contains(address)) {
                        addresses.add(address);
                    }
                    ttl = Math.min(ttl, record.timeToLive());
                } else if (record.type().equals(DnsRecordType.CNAME)) {
                    alias = target(raw.content());
                    ttl = Math.min(ttl, record.timeToLive());
                }
            }
            if (!addresses.isEmpty()) {
                return NameAnswer.found(addresses, ttl);
            }
            if (alias == null) {
                return NameAnswer.empty();
            }
            owner = alias;
        }
        return NameAnswer.failed("alias loop");
    }

    private static @Nullable InetAddress address(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null; // neither 4 nor 16 bytes
        }
    }

    private static String target(ByteBuf content) {
        try {
            return canonical(DefaultDnsRecordDecoder.decodeName(content.duplicate()));
        } catch (CorruptedFrameException e) {
            return "";
        }
    }

    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }
}
