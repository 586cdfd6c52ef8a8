package io.isochrone.proxy.runtime;

import java.io.IOException;

/** A request body that is sent as far as the stream's window lets it; the connection's window is followed too. Confined to its test. */
final class Upload {
    private static final int PIECE = 16384;
    private static final byte[] ZEROES = new byte[PIECE];

    private final H2Client client;
    private final int stream;
    private final int size;
    private int window;
    private int sent;

    Upload(H2Client client, int stream, String path, int size, int window) throws IOException {
        this.client = client;
        this.stream = stream;
        this.size = size;
        this.window = window;
        client.request(stream, false, "POST", path, "content-length", "" + size);
    }

    /** Sends what may be sent. */
    void push() throws IOException {
        while (sent < size && window > 0) {
            int n = Math.min(Math.min(PIECE, window), size - sent);
            byte[] piece = n == PIECE ? ZEROES : new byte[n];
            sent += n;
            window -= n;
            client.frame(H2Client.DATA, sent == size ? H2Client.END_STREAM : 0, stream, piece);
        }
    }

    /** Looks whether a frame lets more be sent, and sends it. */
    void take(H2Client.Frame frame) throws IOException {
        if (frame.type() == H2Client.WINDOW_UPDATE && frame.stream() == stream) {
            window += frame.number(0);
            push();
        }
    }

    /** Sends on while windows grow, until requests in between were answered without one; returns how much was sent. */
    long pushUntilQuiet(int next) throws IOException {
        int quiet = 0;
        int id = next + 1000;
        while (quiet < 20) {
            int before = sent;
            client.get(id | 1, "/none");
            H2Client.Frame frame;
            do {
                frame = client.required();
                take(frame);
            } while (!(frame.stream() == (id | 1) && frame.ends()));
            quiet = sent == before ? quiet + 1 : 0;
            id += 2;
        }
        return sent;
    }

    boolean isDone() {
        return sent == size;
    }
}
