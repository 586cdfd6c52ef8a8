package io.isochrone.control.arm;

import io.isochrone.control.http.Call;
import io.isochrone.control.http.Reply;
import java.util.List;

/**
 * Answers calls below a service: APIs, products, policies and so on. The service is there, the caller may do what the method says
 * and the api-version is good; calls that change something carry the caller for the audit trail. Thread-safe.
 */
public interface EntityHandler {
    /**
     * Answers, or throws {@link ArmException}. {@code rest} are the path's words below the service, decoded and as written, at least
     * one; {@code service} is spelled as its creator wrote it. An unknown path is {@link ArmException#notFound}; a method that a
     * known path does not have is {@link ArmException#method}.
     */
    Reply answer(Call call, ServicePath service, List<String> rest);
}
