// The stock client with its stock pipeline; only where it calls and the token it shows are ours.
import { readFileSync } from "node:fs";
import { ApiManagementClient } from "@azure/arm-apimanagement";

export const group = "rg-story";
export const subscription = "11111111-2222-3333-4444-555555555555";

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name}: missing (expected: see JavaScriptClientTest)`);
  return value;
}

export function clientWith(token) {
  const credential = {
    getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return new ApiManagementClient(credential, subscription, { endpoint: required("ISOCHRONE_CONTROL") });
}

export function operator() {
  return clientWith(readFileSync(required("ISOCHRONE_TOKEN_FILE"), "utf8").trim());
}

export async function all(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}
