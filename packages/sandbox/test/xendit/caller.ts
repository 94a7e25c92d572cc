import type { Sandbox } from "../../src/index.ts";
import { basic, type Caller, call } from "../support.ts";

/** Calls the API of Xendit with the keys of the sandbox. */
export const xenditCaller =
  ({ xendit }: Sandbox<"xendit">): Caller =>
  (method, path, body, headers = {}) =>
    call(xendit.url + path, {
      method,
      headers: {
        "Content-Type": "application/json",
        Authorization: basic(xendit.credentials.secretKey, ""),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
