import { err, ok, type Result } from "neverthrow";
import { isPlainObject } from "../canonical-text.ts";
import type { CreateInput, DriverError } from "../driver-contract.ts";
import type { PaymentLinkError } from "../errors.ts";
import type { PreparedCreate } from "../prepared-create.ts";
import { checkCreateRequest } from "../validation/create-request.ts";
import { isPlainData } from "../validation/plain-data.ts";
import { type InputReader, optional, type Read } from "../validation/reader.ts";
import { fields, flag, instant, readStored, text, warnings } from "../validation/stored.ts";
import { nameOf, unknownGateway } from "./call.ts";
import type { Configuration } from "./configuration.ts";
import { attributeError, invalidRequest } from "./driver-error.ts";
import { orderedInput } from "./ordered-input.ts";

/**
 * Reads a stored prepared create. Another process or another version may have written it, and it may be damaged. If the gateway was
 * renamed, the result has its current key.
 */
export const readStoredCreate = (runtime: Configuration, stored: unknown): Result<PreparedCreate, PaymentLinkError> => {
  const refuse = (error: DriverError, key = runtime.defaultKey): Result<never, PaymentLinkError> =>
    err(attributeError(error, nameOf(key), "create"));
  const read = readStored<PreparedCreate>(stored, readPrepared);
  if (read.isErr()) return refuse(damaged(read.error.issues));
  const prepared = read.value;
  const gateway = runtime.gateways.get(prepared.gateway);
  if (!gateway) return refuse(unknownGateway(runtime, prepared.gateway), prepared.gateway);
  const { name } = gateway.driver;
  if (prepared.driver !== name) {
    const message = `expected ${gateway.key}'s driver ${name}, got ${JSON.stringify(prepared.driver.slice(0, 64))}`;
    return refuse(damaged([{ path: "driver", message }]), gateway.key);
  }
  return ok({
    ...prepared,
    gateway: gateway.key,
    input: orderedInput(gateway.driver.capabilities, prepared.input),
  });
};

/** Reads the driver's input by the rules of a request. Unlike a request, it leaves nothing to be decided. */
const readInput = (value: unknown, reader: InputReader): CreateInput | undefined => {
  const given = reader.anyObject(value);
  if (!given) return undefined;
  const { providerOptions, ...asked } = given;
  for (const name of ["gateway", "omitIfUnsupported"]) if (name in asked) reader.refuse(name, "there is no such field");
  if (!isPlainData(providerOptions ?? null)) reader.refuse("providerOptions", "expected plain data");
  const read = checkCreateRequest(asked, { nowMs: Number.NEGATIVE_INFINITY, wideReferences: true });
  if ("issues" in read) {
    for (const { path, message } of read.issues) reader.refuse(path, message);
    return undefined;
  }
  const { omitIfUnsupported: _, usage, expiresAt, methods, ...input } = read.checked;
  if (usage === undefined) return reader.refuse("usage", "expected { limit }");
  if (expiresAt === "never") return reader.refuse("expiresAt", "expected an instant");
  return {
    ...input,
    usage,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(methods && { methods: methods as NonNullable<CreateInput["methods"]> }),
    ...(providerOptions !== undefined && { providerOptions }),
  };
};

const readFields = fields({
  version: (value, reader) => (value === 1 ? value : reader.refuse("", "expected 1")),
  gateway: text,
  driver: text,
  preparedAt: instant,
  input: readInput,
  enforcedExpiry: optional(instant),
  slugIsRandom: flag,
  warnings,
});

const readPrepared: Read = (value, reader) => {
  const version = isPlainObject(value) ? value["version"] : undefined;
  return version === undefined || version === 1
    ? readFields(value, reader)
    : reader.refuse("version", "expected 1; a later version of @tautan/core wrote it");
};

const damaged = (issues: Parameters<typeof invalidRequest>[1]): DriverError =>
  invalidRequest("the prepared create", issues, { hint: "Pass what links.prepare returned, as it was stored." });
