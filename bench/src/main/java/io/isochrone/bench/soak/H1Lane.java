package io.isochrone.bench.soak;

import io.isochrone.bench.fault.EchoBody;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One busy client of HTTP/1.1 on sockets that block: asks, checks the answer, waits, and keeps its connection where it may.
 *
 * <p>Not thread-safe; confined to its thread, except {@link #stop}.
 */
final class H1Lane implements Runnable {
    private static final int HANG_MILLIS = 30_000;
    private static final int PATIENCE_MILLIS = 1000;
    private static final int SMALL_WINDOW = 4096;
    private static final long SLOW_NANOS = 10_000_000;
    private static final Kind[] KINDS = {
        Kind.GET_SMALL,
        Kind.GET_SMALL,
        Kind.GET_SMALL,
        Kind.GET_LARGE,
        Kind.GET_LARGE,
        Kind.POST,
        Kind.POST,
        Kind.UPLOAD,
        Kind.SLOW_READ,
        Kind.CLOSE,
        Kind.EXPECT,
        Kind.LEAVE,
        Kind.PIPELINE,
        Kind.PIPELINE
    };

    private final int port;
    private final double pauseNanos;
    private final Asking asking;
    private final SoakTally tally;
    private final SplittableRandom random;
    private volatile boolean stopped;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    /** @param pauseNanos between two requests, on average */
    H1Lane(int port, double pauseNanos, Asking asking, SoakTally tally, long seed) {
        this.port = port;
        this.pauseNanos = pauseNanos;
        this.asking = asking;
        this.tally = tally;
        this.random = new SplittableRandom(seed);
    }

    /** Ends after the request that is under way. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped) {
            pause((long) (random.nextDouble() * 2 * pauseNanos));
            if (!stopped) {
                once(KINDS[random.nextInt(KINDS.length)]);
            }
        }
        leave(false);
    }

    private void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopped; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, Math.min(left, 200_000_000));
        }
    }

    private void once(Kind kind) {
        Ask ask = asking.make(kind, random);
        Ask second = kind == Kind.PIPELINE ? asking.make(kind, random) : null;
        boolean own = kind == Kind.SLOW_READ || kind == Kind.LEAVE;
        if (own) {
            leave(false);
        }
        try {
            Socket open = connected(own);
            if (kind.leaves()) {
                goAway(ask, open);
                return;
            }
            ReplyReader replies = new ReplyReader(in);
            boolean stays = send(ask, second, open, replies) && answered(ask, replies);
            if (second != null && stays) {
                stays = answered(second, replies);
            } else if (second != null) {
                tally.count(second, Verdict.UNANSWERED, "");
            }
            if (!stays || own) {
                leave(false);
            }
        } catch (IOException e) {
            // Not connected, or reset while writing: the router's listener is alive, so this is one without an answer.
            tally.count(ask, Verdict.UNANSWERED, "");
            leave(false);
        }
    }

    private Socket connected(boolean slow) throws IOException {
        Socket kept = socket;
        if (kept != null) {
            return kept;
        }
        Socket made = new Socket();
        socket = made;
        if (slow) {
            made.setReceiveBufferSize(SMALL_WINDOW);
        }
        made.setTcpNoDelay(true);
        made.setSoTimeout(HANG_MILLIS);
        made.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), HANG_MILLIS);
        in = new BufferedInputStream(made.getInputStream(), slow ? SMALL_WINDOW : 16 << 10);
        return made;
    }

    /** Writes the request, or both; false when the answer came already and the request is not whole. */
    private boolean send(Ask ask, @Nullable Ask second, Socket to, ReplyReader replies) throws IOException {
        OutputStream out = to.getOutputStream();
        if (in.available() > 0) {
            tally.count(ask, Verdict.WRONG, "bytes before it was asked for: " + in.available());
            leave(false);
            throw new IOException("spoilt");
        }
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.writeBytes(head(ask));
        switch (ask.kind()) {
            case UPLOAD -> upload(ask, first, out);
            case EXPECT -> {
                out.write(first.toByteArray());
                Reply head;
                try {
                    head = replies.head();
                } catch (IOException e) {
                    failed(ask, replies, e);
                    return false;
                }
                if (head.status() == 100) {
                    out.write(ask.body());
                } else {
                    judge(ask, replies, head);
                    return false;
                }
            }
            default -> {
                first.writeBytes(ask.body());
                if (second != null) {
                    first.writeBytes(head(second));
                }
                out.write(first.toByteArray());
            }
        }
        return true;
    }

    private static void upload(Ask ask, ByteArrayOutputStream first, OutputStream out) throws IOException {
        byte[] body = ask.body();
        int third = body.length / 3;
        for (int at = 0; at < body.length; at += third) {
            int length = Math.min(third, body.length - at);
            first.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            first.write(body, at, length);
            first.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(first.toByteArray());
            first.reset();
            LockSupport.parkNanos(SLOW_NANOS);
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] head(Ask ask) {
        String framing = switch (ask.kind()) {
            case UPLOAD -> "Transfer-Encoding: chunked\r\n";
            case EXPECT -> "Expect: 100-continue\r\nContent-Length: " + ask.bodyBytes() + "\r\n";
            case CLOSE -> "Connection: close\r\n";
            default -> ask.bodyBytes() > 0 ? "Content-Length: " + ask.bodyBytes() + "\r\n" : "";
        };
        String head = ask.method() + " " + ask.target() + " HTTP/1.1\r\nHost: soak.test\r\n" + EchoBody.ID + ": "
                + ask.id() + "\r\n" + framing + "\r\n";
        return head.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads and counts an answer; whether the connection may carry a further request. */
    private boolean answered(Ask ask, ReplyReader replies) {
        try {
            Reply head = replies.head();
            while (head.status() < 200) {
                head = replies.head();
            }
            return judge(ask, replies, head);
        } catch (IOException e) {
            failed(ask, replies, e);
            return false;
        }
    }

    private boolean judge(Ask ask, ReplyReader replies, Reply head) {
        try {
            Reply reply = replies.body(head, bytes -> {
                if (ask.kind() == Kind.SLOW_READ) {
                    LockSupport.parkNanos(SLOW_NANOS);
                }
            });
            Verdict verdict = Judge.of(ask, reply);
            tally.count(ask, verdict, reply.describe());
            return !reply.field("connection").equalsIgnoreCase("close")
                    && ask.kind() != Kind.CLOSE
                    && verdict.isAllowed();
        } catch (IOException e) {
            failed(ask, replies, e);
            return false;
        }
    }

    private void failed(Ask ask, ReplyReader replies, IOException e) {
        Verdict verdict = e instanceof ReplyReader.SenselessException
                ? Verdict.WRONG
                : e instanceof SocketTimeoutException
                        ? Verdict.HUNG
                        : replies.hasBegun() ? Verdict.CUT : Verdict.UNANSWERED;
        tally.count(ask, verdict, String.valueOf(e.getMessage()));
    }

    /** Sends a request and resets the connection: at once, when the answer begins, or in its middle. */
    private void goAway(Ask ask, Socket open) throws IOException {
        open.getOutputStream().write(head(ask));
        open.setSoTimeout(PATIENCE_MILLIS);
        int wanted = random.nextInt(3) * 20_000;
        try {
            for (int read = 0; read < wanted; ) {
                int n = in.read(new byte[4096]);
                if (n < 0) {
                    break;
                }
                read += n;
            }
        } catch (IOException e) {
            // The other side was quicker, or has no more to say: a refusal is shorter than what was asked for.
        }
        tally.count(ask, Verdict.LEFT, "");
        leave(true);
    }

    private void leave(boolean abruptly) {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                if (abruptly) {
                    open.setSoLinger(true, 0);
                }
                open.close();
            } catch (IOException e) {
                // It is gone anyway.
            }
        }
    }
}
