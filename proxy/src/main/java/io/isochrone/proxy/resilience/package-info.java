/** What keeps trouble in one place from becoming trouble everywhere. Pure. */
@NullMarked
package io.isochrone.proxy.resilience;

import org.jspecify.annotations.NullMarked;
