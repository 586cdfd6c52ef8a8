package io.isochrone.bench.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import io.isochrone.config.model.HostPort;
import io.isochrone.config.read.DeploymentReader;
import io.isochrone.gateway.Gateway;
import io.isochrone.gateway.GatewayOptions;
import io.isochrone.router.Router;
import io.isochrone.router.RouterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.AssumptionViolatedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** P29: gRPC's own interoperability cases, from client through router and gateway to server, all in HTTP/2. */
@Tag("system")
@Timeout(60)
final class GrpcTest {
    private static final HostPort FREE = new HostPort("127.0.0.1", 0);
    /** Compares the two ends' socket addresses, which are others by the nature of a proxy. */
    private static final Set<String> ABOUT_SOCKETS = Set.of("getServerAddressAndLocalAddressFromClient");

    @TempDir
    Path folder;

    static List<String> cases() {
        return Arrays.stream(AbstractInteropTest.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.junit.Test.class))
                .map(Method::getName)
                .filter(name -> !ABOUT_SOCKETS.contains(name))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void passesAsItDoesWithoutUs(String name) throws Throwable {
        Interop interop = new Interop(folder);
        interop.setUp();
        try {
            Method method = AbstractInteropTest.class.getMethod(name);
            method.invoke(interop);
            assertThat(interop.router()).isNotNull();
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof AssumptionViolatedException)) {
                throw e.getCause();
            }
        } finally {
            interop.tearDown();
            interop.stop();
        }
    }

    /** The cases of gRPC with our two hops between its two ends. */
    private static final class Interop extends AbstractInteropTest {
        private final Path folder;
        private @Nullable Gateway gateway;
        private @Nullable Router router;

        Interop(Path folder) {
            this.folder = folder;
        }

        @Nullable
        Router router() {
            return router;
        }

        @Override
        protected ServerBuilder<?> getServerBuilder() {
            return NettyServerBuilder.forPort(0).maxInboundMessageSize(MAX_MESSAGE_SIZE);
        }

        @Override
        protected ManagedChannelBuilder<?> createChannelBuilder() {
            try {
                Gateway node = Gateway.start(
                        DeploymentReader.readFile(config(1)),
                        new GatewayOptions("westeurope", FREE, null, "gateway", channel -> {}));
                gateway = node;
                Router front = Router.start(
                        DeploymentReader.readFile(config(node.port())),
                        new RouterOptions(FREE, FREE, "router", channel -> {}));
                router = front;
                return NettyChannelBuilder.forAddress("127.0.0.1", front.port())
                        .maxInboundMessageSize(MAX_MESSAGE_SIZE)
                        .usePlaintext();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private Path config(int node) throws IOException {
            String text = """
                    service:
                      name: contoso
                      tier: Premium
                      hop-secret: a-secret-of-the-test
                      primary:
                        location: West Europe
                        nodes: [127.0.0.1:%d]
                    apis:
                      - name: all
                        path: /
                        backends: [h2c://127.0.0.1:%d]
                    router:
                      upstream-protocol: h2
                    gateway:
                      trusted-proxies: [127.0.0.0/8]
                    """.formatted(node, serverPort());
            return Files.writeString(folder.resolve("world.yaml"), text, StandardCharsets.UTF_8);
        }

        /** The port of the case's own server, which only its package may ask for. */
        private int serverPort() {
            try {
                Method address = AbstractInteropTest.class.getDeclaredMethod("getListenAddress");
                address.setAccessible(true);
                return ((InetSocketAddress) address.invoke(this)).getPort();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected boolean metricsExpected() {
            return false;
        }

        void stop() {
            if (router != null) {
                router.kill();
            }
            if (gateway != null) {
                gateway.kill();
            }
        }
    }
}
