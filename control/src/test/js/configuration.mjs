// What is set up inside a service: APIs, operations, policies, products, keys, backends, named values.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { all, group, operator } from "./client.mjs";

const name = "story-config";
const client = operator();
const document = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Orders", version: "1" },
  servers: [{ url: "http://127.0.0.1:9101" }],
  paths: {
    "/orders": { get: { operationId: "list-orders", summary: "List", responses: { 200: { description: "ok" } } } },
    "/orders/{id}": {
      get: {
        operationId: "get-order",
        summary: "Get",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 200: { description: "ok" } },
      },
    },
  },
});
const set = '<set-header name="X-Story" exists-action="override"><value>1</value></set-header>';
const globalPolicy = `<policies><inbound>${set}</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`;
const policy =
  `<policies><inbound><base />${set}</inbound>` +
  "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>";

before(async () => {
  await client.apiManagementService.beginCreateOrUpdateAndWait(group, name, {
    location: "West Europe",
    sku: { name: "Premium", capacity: 1 },
    publisherEmail: "a@example.test",
    publisherName: "Contoso",
  });
});

after(async () => {
  await client.apiManagementService.beginDeleteAndWait(group, name);
});

const statusOf = async (call) => {
  let status;
  await call({ onResponse: (response) => (status = response.status) });
  return status;
};

test("an API is made, read, changed under its tag, and listed", async () => {
  const made = await client.api.beginCreateOrUpdateAndWait(group, name, "echo", {
    displayName: "Echo",
    path: "echo",
    protocols: ["https"],
    serviceUrl: "http://127.0.0.1:9101",
    subscriptionRequired: false,
  });
  assert.equal(made.displayName, "Echo");
  assert.equal(made.path, "echo");

  const { eTag } = await client.api.getEntityTag(group, name, "echo");
  assert.ok(eTag);
  const changed = await client.api.update(group, name, "echo", eTag, { displayName: "Echo 2" });
  assert.equal(changed.displayName, "Echo 2");
  await assert.rejects(client.api.update(group, name, "echo", eTag, { displayName: "Echo 3" }), { statusCode: 412 });
  const names = (await all(client.api.listByService(group, name))).map((api) => api.name);
  assert.ok(names.includes("echo"), `${names}`);
});

test("an OpenAPI document becomes an API with its operations", async () => {
  await client.api.beginCreateOrUpdateAndWait(group, name, "orders", {
    format: "openapi+json",
    value: document,
    path: "shop",
  });
  const api = await client.api.get(group, name, "orders");
  assert.equal(api.displayName, "Orders");
  assert.equal(api.value, undefined);
  const operations = await all(client.apiOperation.listByApi(group, name, "orders"));
  assert.deepEqual(operations.map((each) => [each.name, each.method, each.urlTemplate]).sort(), [
    ["get-order", "GET", "/orders/{id}"],
    ["list-orders", "GET", "/orders"],
  ]);
});

test("an operation is made and taken away", async () => {
  const made = await client.apiOperation.createOrUpdate(group, name, "orders", "make", {
    displayName: "Make",
    method: "POST",
    urlTemplate: "/orders",
  });
  assert.equal(made.method, "POST");
  await client.apiOperation.delete(group, name, "orders", "make", "*");
  await assert.rejects(client.apiOperation.get(group, name, "orders", "make"), { statusCode: 404 });
});

test("policies are set, read back, refused and taken away", async () => {
  await client.policy.createOrUpdate(group, name, "policy", { format: "xml", value: globalPolicy });
  assert.match((await client.policy.get(group, name, "policy")).value, /X-Story/);

  await client.apiPolicy.createOrUpdate(group, name, "orders", "policy", { format: "xml", value: policy });
  let raw = "";
  await client.apiPolicy.get(group, name, "orders", "policy", { onResponse: (response) => (raw = response.bodyAsText) });
  assert.match(JSON.parse(raw).properties.value, /X-Story/);

  await client.apiOperationPolicy.createOrUpdate(group, name, "orders", "get-order", "policy", {
    format: "rawxml",
    value: policy,
  });
  const operation = await client.apiOperationPolicy.get(group, name, "orders", "get-order", "policy");
  assert.match(operation.value, /X-Story/);

  await assert.rejects(
    client.policy.createOrUpdate(group, name, "policy", { format: "xml", value: "<policies><inbound><nonsense/></inbound></policies>" }),
    (error) => error.statusCode === 400 && error.code === "ValidationError" && /nonsense/.test(JSON.stringify(error.details)),
  );
  await client.apiPolicy.delete(group, name, "orders", "policy", "*");
  await assert.rejects(client.apiPolicy.get(group, name, "orders", "policy"), { statusCode: 404 });
});

test("a product has APIs, and a subscription to it has two keys", async () => {
  const product = await client.product.createOrUpdate(group, name, "gold", {
    displayName: "Gold",
    subscriptionRequired: true,
    approvalRequired: false,
    state: "published",
  });
  assert.equal(product.state, "published");
  await client.productApi.createOrUpdate(group, name, "gold", "orders");
  assert.equal(await statusOf((options) => client.productApi.checkEntityExists(group, name, "gold", "orders", options)), 204);
  const linked = await all(client.productApi.listByProduct(group, name, "gold"));
  assert.deepEqual(linked.map((api) => api.name), ["orders"]);

  const made = await client.subscription.createOrUpdate(group, name, "s1", {
    scope: "/products/gold",
    displayName: "One",
    state: "active",
  });
  assert.equal(made.state, "active");
  assert.equal(made.primaryKey, undefined, "keys are not in answers");
  const keys = await client.subscription.listSecrets(group, name, "s1");
  assert.ok(keys.primaryKey && keys.secondaryKey && keys.primaryKey !== keys.secondaryKey);
  await client.subscription.regeneratePrimaryKey(group, name, "s1");
  const changed = await client.subscription.listSecrets(group, name, "s1");
  assert.notEqual(changed.primaryKey, keys.primaryKey);
  assert.equal(changed.secondaryKey, keys.secondaryKey);
  const suspended = await client.subscription.update(group, name, "s1", "*", { state: "suspended" });
  assert.equal(suspended.state, "suspended");

  await client.subscription.delete(group, name, "s1", "*");
  await client.productApi.delete(group, name, "gold", "orders");
  assert.deepEqual(await all(client.productApi.listByProduct(group, name, "gold")), []);
  await client.product.delete(group, name, "gold", "*");
});

test("a backend is made with its circuit breaker", async () => {
  const made = await client.backend.createOrUpdate(group, name, "b1", {
    url: "http://127.0.0.1:9101",
    protocol: "http",
    circuitBreaker: {
      rules: [
        {
          name: "trip",
          failureCondition: { count: 3, interval: "PT10S", statusCodeRanges: [{ min: 500, max: 599 }] },
          tripDuration: "PT30S",
        },
      ],
    },
  });
  assert.equal(made.url, "http://127.0.0.1:9101");
  const read = await client.backend.get(group, name, "b1");
  assert.equal(read.circuitBreaker.rules[0].failureCondition.count, 3);
  await client.backend.delete(group, name, "b1", "*");
});

test("a named value keeps its secret", async () => {
  const made = await client.namedValue.beginCreateOrUpdateAndWait(group, name, "key", {
    displayName: "key",
    value: "hidden",
    secret: true,
  });
  assert.equal(made.value, undefined);
  assert.equal((await client.namedValue.listValue(group, name, "key")).value, "hidden");
  await client.namedValue.delete(group, name, "key", "*");
});

test("an API is taken away with its operations", async () => {
  await client.api.beginDeleteAndWait(group, name, "orders", "*");
  await assert.rejects(client.api.get(group, name, "orders"), { statusCode: 404 });
});
