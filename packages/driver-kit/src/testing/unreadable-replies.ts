import type { MockReply } from "./mock-http.ts";

/**
 * Undocumented replies with status 200. None may count as a success, none may throw. A too large reply is tested on a real
 * socket, with the transport: aborting a mocked one ends the process.
 */
export const UNREADABLE_REPLIES: readonly (readonly [name: string, reply: MockReply])[] = [
  [
    "an HTML page",
    { body: "<!doctype html><html><title>Maintenance</title></html>", headers: { "content-type": "text/html" } },
  ],
  ["an empty body", { body: "" }],
  ["white space", { body: " \n" }],
  ["JSON cut short", { body: '{"order_id":"INV-001","payment_url":"https://exa' }],
  ["a JSON list", { body: "[]" }],
  ["JSON null", { body: "null" }],
  ["a JSON text", { body: '"ok"' }],
  ["an empty object", { body: "{}" }],
  ["numbers and lists in place of texts", { body: '{"order_id":[],"payment_url":7,"data":[1],"success":"yes"}' }],
  [
    "a prototype's name as a field",
    { body: '{"__proto__":{"order_id":"INV-001","payment_url":"https://example.test/a"}}' },
  ],
  ["deep nesting", { body: `${'{"data":'.repeat(5000)}1${"}".repeat(5000)}` }],
];

/** HTTP statuses with bodies of every kind. */
export const ERROR_BODIES: readonly (readonly [name: string, body: object | string])[] = [
  ["no body", ""],
  ["an HTML page", "<html><body>502 Bad Gateway</body></html>"],
  ["a JSON list", "[]"],
  ["error_messages as a list", { error_messages: ["first", "second"] }],
  ["error_messages as a text", { error_messages: "only one" }],
  ["error_messages as a number", { error_messages: 7 }],
  ["errors as an object", { errors: { code: "005" } }],
  ["errors with nulls", { errors: [null] }],
  ["error as a text", { error: "unauthorized" }],
  [
    "error with fields",
    { status: 422, success: false, error: { code: 422, message: "Validation error", errors: { f: ["bad"] } } },
  ],
];
