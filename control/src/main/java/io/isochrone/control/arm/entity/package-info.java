/** The configuration entities below a service: APIs, operations, policies, products, subscriptions, backends, named values, gateways. */
@NullMarked
package io.isochrone.control.arm.entity;

import org.jspecify.annotations.NullMarked;
