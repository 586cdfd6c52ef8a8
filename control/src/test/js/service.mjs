// The life of a service, as a customer's script would go through it.
import assert from "node:assert/strict";
import test from "node:test";
import { all, clientWith, group, operator } from "./client.mjs";

const name = "story-apim";
const client = operator();
const services = client.apiManagementService;

const east = (units, more) => ({ location: "East Asia", sku: { name: "Premium", capacity: units }, ...more });

function refused(statusCode, code, message) {
  return (error) => {
    assert.equal(error.name, "RestError", `${error.stack}`);
    assert.equal(error.statusCode, statusCode, error.message);
    if (code) assert.equal(error.code, code, error.message);
    if (message) assert.match(error.message, message);
    return true;
  };
}

test("a wrong token is refused", async () => {
  await assert.rejects(all(clientWith("wrong").apiManagementService.list()), refused(401));
});

test("a free name is free", async () => {
  const answer = await services.checkNameAvailability({ name });
  assert.equal(answer.nameAvailable, true);
  assert.equal(answer.reason, "Valid");
});

test("a Premium service is created with its primary region", async () => {
  const made = await services.beginCreateOrUpdateAndWait(group, name, {
    location: "West Europe",
    sku: { name: "Premium", capacity: 1 },
    publisherEmail: "a@example.test",
    publisherName: "Contoso",
    tags: { team: "a" },
  });
  assert.equal(made.provisioningState, "Succeeded");
  assert.equal(made.name, name);
  assert.equal(made.location, "West Europe");
  assert.deepEqual(made.tags, { team: "a" });
  assert.ok(made.gatewayUrl?.startsWith("http"), `${made.gatewayUrl}`);
  assert.ok(made.etag);
});

test("its name is taken then", async () => {
  const answer = await services.checkNameAvailability({ name });
  assert.equal(answer.nameAvailable, false);
  assert.equal(answer.reason, "AlreadyExists");
});

test("the same document again changes nothing", async () => {
  const before = await services.get(group, name);
  const after = await services.beginCreateOrUpdateAndWait(group, name, before);
  assert.equal(after.provisioningState, "Succeeded");
  assert.deepEqual(after.tags, before.tags);
  assert.equal(after.sku.capacity, before.sku.capacity);
});

test("a region with two units is added", async () => {
  const changed = await services.beginUpdateAndWait(group, name, { additionalLocations: [east(2)] });
  assert.equal(changed.provisioningState, "Succeeded");
  assert.equal(changed.additionalLocations.length, 1);
  assert.equal(changed.additionalLocations[0].location, "East Asia");
  assert.equal(changed.additionalLocations[0].sku.capacity, 2);
  assert.ok(changed.additionalLocations[0].gatewayRegionalUrl);
});

test("regions are listed, the primary as master", async () => {
  const regions = await all(client.region.listByService(group, name));
  assert.deepEqual(
    regions.map((region) => [region.name, region.isMasterRegion]),
    [["West Europe", true], ["East Asia", false]],
  );
});

test("every region tells how it is connected", async () => {
  const places = await client.networkStatus.listByService(group, name);
  assert.deepEqual(places.map((place) => place.location), ["West Europe", "East Asia"]);
  const one = await client.networkStatus.listByLocation(group, name, "East Asia");
  assert.ok(Array.isArray(one.connectivityStatus));
  assert.ok(Array.isArray(one.dnsServers));
});

test("tiers tell how many units a region may have", async () => {
  const skus = await all(client.apiManagementServiceSkus.listAvailableServiceSkus(group, name));
  const premium = skus.find((sku) => sku.sku?.name === "Premium");
  assert.ok(premium.capacity.maximum >= 2);
  const everywhere = await all(client.apiManagementSkus.list());
  assert.ok(everywhere.some((sku) => sku.name === "Premium" && sku.locations.includes("East Asia")));
});

test("units are changed, in the other region and in the primary", async () => {
  const other = await services.beginUpdateAndWait(group, name, { additionalLocations: [east(3)] });
  assert.equal(other.additionalLocations[0].sku.capacity, 3);
  const primary = await services.beginUpdateAndWait(group, name, { sku: { name: "Premium", capacity: 2 } });
  assert.equal(primary.sku.capacity, 2);
  assert.equal(primary.additionalLocations.length, 1, "a PATCH without regions keeps them");
});

test("the primary's gateway is disabled while another region serves", async () => {
  const off = await services.beginUpdateAndWait(group, name, { disableGateway: true });
  assert.equal(off.disableGateway, true);
  assert.equal(off.provisioningState, "Succeeded");
});

test("the last gateway that is on cannot be disabled", async () => {
  await assert.rejects(
    services.beginUpdateAndWait(group, name, { additionalLocations: [east(3, { disableGateway: true })] }),
    (error) => error.statusCode >= 400 && error.statusCode < 500 && error.code.length > 0,
  );
  const on = await services.beginUpdateAndWait(group, name, { disableGateway: false });
  assert.equal(on.disableGateway, false);
});

for (const [what, change] of [
  ["a region twice", { additionalLocations: [east(1), { ...east(1), location: "eastasia" }] }],
  ["the primary as another region", { additionalLocations: [{ ...east(1), location: "westeurope" }] }],
  ["a region that is none", { additionalLocations: [{ ...east(1), location: "Atlantis" }] }],
  ["more units than the tier has", { additionalLocations: [east(1000)] }],
  ["no units", { additionalLocations: [east(0)] }],
  ["another tier in a region", { additionalLocations: [{ location: "East Asia", sku: { name: "Basic", capacity: 1 } }] }],
  ["leaving Premium with regions", { sku: { name: "Standard", capacity: 1 } }],
]) {
  test(`${what} is refused, and nothing changes`, async () => {
    await assert.rejects(services.beginUpdateAndWait(group, name, change), refused(400));
    const now = await services.get(group, name);
    assert.equal(now.provisioningState, "Succeeded");
    assert.deepEqual(now.additionalLocations.map((each) => [each.location, each.sku.capacity]), [["East Asia", 3]]);
  });
}

test("the primary region stays", async () => {
  const now = await services.get(group, name);
  await assert.rejects(
    services.beginCreateOrUpdateAndWait(group, name, { ...now, location: "East US" }),
    refused(409, "InvalidResourceLocation"),
  );
});

test("a second region on a lower tier is refused and told why", async () => {
  const lab = "story-lab";
  await services.beginCreateOrUpdateAndWait(group, lab, {
    location: "westeurope",
    sku: { name: "Developer", capacity: 1 },
    publisherEmail: "a@example.test",
    publisherName: "Contoso",
  });
  await assert.rejects(
    services.beginUpdateAndWait(group, lab, {
      additionalLocations: [{ location: "East Asia", sku: { name: "Developer", capacity: 1 } }],
    }),
    refused(400, "AdditionalLocationsNotSupported", /Premium/),
  );
  const names = (await all(services.listByResourceGroup(group))).map((service) => service.name);
  assert.deepEqual(names.sort(), [name, lab].sort());
  await services.beginDeleteAndWait(group, lab);
});

test("the region is removed", async () => {
  const changed = await services.beginUpdateAndWait(group, name, { additionalLocations: [] });
  assert.equal(changed.provisioningState, "Succeeded");
  assert.equal(changed.additionalLocations?.length ?? 0, 0);
  const regions = await all(client.region.listByService(group, name));
  assert.deepEqual(regions.map((region) => region.name), ["West Europe"]);
});

test("the service is deleted", async () => {
  await services.beginDeleteAndWait(group, name);
  await assert.rejects(services.get(group, name), refused(404));
  await services.beginDeleteAndWait(group, name);
  assert.deepEqual(await all(services.list()), []);
});
