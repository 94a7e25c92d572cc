import { err, ok, type Result } from "neverthrow";
import type { Issue } from "../errors.ts";
import { checkCreateRequest } from "../validation/create-request.ts";

/** Why a value is not a valid request to create a link. */
export interface InvalidRequest {
  readonly issues: readonly Issue[];
}

/** Changes whenever the same request comes to another text. */
const VERSION = "r1";

/** See `requestFingerprint`. */
export const fingerprintOf = async (request: unknown): Promise<Result<string, InvalidRequest>> => {
  // A moment that has passed since is no fault: the same request must give the same text at any time.
  const checked = checkCreateRequest(request, { nowMs: Number.NEGATIVE_INFINITY, wideReferences: true });
  if ("issues" in checked) return err({ issues: checked.issues });
  const { startsAt: _, expiresAt: __, methods, omitIfUnsupported, usage = { limit: 1 }, ...rest } = checked.checked;
  const fields = {
    ...rest,
    usage,
    // Sets, in whatever order they are written.
    ...(methods && { methods: sortedUnique(methods) }),
    ...(omitIfUnsupported.length > 0 && { omitIfUnsupported: sortedUnique(omitIfUnsupported) }),
  };
  const text = canonicalText(fields);
  if (text === undefined) return err({ issues: [NOT_PLAIN] });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return ok(`${VERSION}-${hex}`);
};

const NOT_PLAIN: Issue = Object.freeze({
  path: "providerOptions",
  message: "expected plain data without circles, as JSON can hold it",
});

const sortedUnique = (values: readonly unknown[]): readonly unknown[] =>
  [...new Map(values.map((each) => [canonicalText(each) ?? "", each]))]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, each]) => each);

/** JSON with the fields of every object in the order of their names; `undefined` where it is not plain data. */
const canonicalText = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value, (_name, each: unknown) => (isPlainObject(each) ? sortedFields(each) : each));
  } catch {
    return undefined;
  }
};

const isPlainObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const sortedFields = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1)));
