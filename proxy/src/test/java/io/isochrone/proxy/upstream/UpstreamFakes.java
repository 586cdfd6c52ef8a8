package io.isochrone.proxy.upstream;

import io.isochrone.proxy.balance.Endpoint;
import io.isochrone.proxy.exchange.ExchangeObserver;
import io.isochrone.proxy.exchange.ExchangeRecord;
import io.isochrone.proxy.exchange.Forwarding;
import io.isochrone.proxy.exchange.HeaderSink;
import io.isochrone.proxy.exchange.LocalAnswer;
import io.isochrone.proxy.exchange.UpstreamListener;
import io.isochrone.proxy.exchange.UpstreamStream;
import io.isochrone.proxy.outcome.Failure;
import io.isochrone.proxy.outcome.Outcome;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Listeners and plans that do nothing but note. Not thread-safe; confined to their test. */
final class UpstreamFakes {
    private UpstreamFakes() {}

    static class Attempt implements UpstreamListener {
        final List<String> events = new ArrayList<>();

        @Override
        public void connected(UpstreamStream stream) {
            events.add("connected");
        }

        @Override
        public void connectFailed(Failure failure) {
            events.add("connectFailed " + failure);
        }

        @Override
        public void informational(UpstreamStream stream) {
            events.add("informational");
        }

        @Override
        public void head(UpstreamStream stream, boolean hasBody, boolean untilClose) {
            events.add("head");
        }

        @Override
        public void body(UpstreamStream stream, ByteBuf bytes, boolean data) {
            bytes.release();
            events.add("body");
        }

        @Override
        public void end(UpstreamStream stream) {
            events.add("end");
        }

        @Override
        public void lost(UpstreamStream stream, Failure failure) {
            events.add("lost " + failure);
        }

        @Override
        public void stalled(UpstreamStream stream) {
            events.add("stalled");
        }

        @Override
        public void writabilityChanged(UpstreamStream stream) {
            events.add("writabilityChanged");
        }

        @Override
        public void readComplete() {
            events.add("readComplete");
        }

        @Override
        public boolean wantsDataOnly() {
            return true;
        }
    }

    static final class Nobody implements ExchangeObserver {
        @Override
        public void ended(ExchangeRecord exchange) {}

        @Override
        public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos) {}

        @Override
        public void connections(int delta) {}

        @Override
        public void upstreamConnections(Endpoint endpoint, int delta) {}

        @Override
        public void loopLag(long nanos) {}
    }

    static final class Plan implements Forwarding {
        @Override
        public @Nullable Endpoint next(int attempt, long nowNanos) {
            return null;
        }

        @Override
        public int maxAttempts() {
            return 1;
        }

        @Override
        public boolean mayRepeatWrites() {
            return false;
        }

        @Override
        public @Nullable String target(Endpoint endpoint) {
            return null;
        }

        @Override
        public boolean dropsRequestHeader(String lowerCaseName) {
            return false;
        }

        @Override
        public void requestHeaders(HeaderSink out, Endpoint endpoint, int attempt) {}

        @Override
        public boolean dropsResponseHeader(String lowerCaseName) {
            return false;
        }

        @Override
        public void responseHeaders(HeaderSink out, @Nullable Endpoint endpoint, int attempts) {}

        @Override
        public boolean isRetriableStatus(int status) {
            return false;
        }

        @Override
        public boolean isNotProcessed(@Nullable String mark) {
            return false;
        }

        @Override
        public void attemptEnded(Endpoint endpoint, @Nullable Failure failure, int status, long nanos, long nowNanos) {}

        @Override
        public LocalAnswer exhausted(Outcome outcome, @Nullable Failure last, int attempts) {
            return LocalAnswer.of(outcome);
        }

        @Override
        public @Nullable String api() {
            return null;
        }

        @Override
        public @Nullable String region(@Nullable Endpoint answered) {
            return null;
        }

        @Override
        public String clientAddress() {
            return "";
        }
    }
}
