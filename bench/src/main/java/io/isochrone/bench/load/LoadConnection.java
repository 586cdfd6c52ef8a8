package io.isochrone.bench.load;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection of a load run: carries one request at a time. Confined to one event loop. */
final class LoadConnection extends ChannelInboundHandlerAdapter {
    private static final String REGION = "Isochrone-Region";
    private static final int MAX_COMPLAINT = 1000;

    private final LoadRun run;
    private @Nullable LoadRequest request;
    private boolean keepsAlive;
    private @Nullable StringBuilder complaint;

    LoadConnection(LoadRun run) {
        this.run = run;
    }

    void carry(LoadRequest next) {
        request = next;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
                fail(ctx, LoadFailure.BAD_RESPONSE);
                return;
            }
            LoadRequest current = request;
            if (current == null) {
                ctx.close();
                return;
            }
            if (message instanceof HttpResponse head) {
                if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                    return;
                }
                current.status = head.status().code();
                current.region = head.headers().get(REGION);
                keepsAlive = HttpUtil.isKeepAlive(head);
                complaint = current.status == 502 || current.status == 504 ? new StringBuilder() : null;
            }
            StringBuilder words = complaint;
            if (words != null && message instanceof HttpContent part && words.length() < MAX_COMPLAINT) {
                words.append(part.content().toString(StandardCharsets.UTF_8));
            }
            if (message instanceof HttpContent && message instanceof LastHttpContent && current.status > 0) {
                request = null;
                run.ended(current, failureOf(current.status, words));
                if (keepsAlive) {
                    run.idle(ctx.channel());
                } else {
                    ctx.close();
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private static @Nullable LoadFailure failureOf(int status, @Nullable StringBuilder complaint) {
        if (complaint != null && complaint.indexOf("may have been processed") >= 0) {
            return LoadFailure.AMBIGUOUS;
        }
        if (status >= 500) {
            return LoadFailure.STATUS_5XX;
        }
        return status >= 400 ? LoadFailure.STATUS_4XX : null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, LoadFailure.CLOSED);
        run.closed(ctx.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause instanceof java.io.IOException ? LoadFailure.RESET : LoadFailure.BAD_RESPONSE);
    }

    /** Ends the request under way, if there is one, and the connection. */
    void fail(ChannelHandlerContext ctx, LoadFailure failure) {
        LoadRequest current = request;
        request = null;
        if (current != null) {
            run.ended(current, failure);
        }
        ctx.close();
    }
}
