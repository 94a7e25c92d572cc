import { err, ok, type Result } from "neverthrow";
import { canonicalText } from "../canonical-text.ts";
import type { InvalidInput, Issue } from "../errors.ts";
import { checkCreateRequest } from "../validation/create-request.ts";
import { sha256Hex } from "./sha256.ts";

/** Changes if a later version computes another text for the same request. */
const VERSION = "r1";

export const fingerprintOf = async (request: unknown): Promise<Result<string, InvalidInput>> => {
  // No time is too late: the same request must have the same text at any time.
  const checked = checkCreateRequest(request, { nowMs: Number.NEGATIVE_INFINITY, wideReferences: true });
  if ("issues" in checked) return err({ issues: checked.issues });
  const { startsAt: _, expiresAt: __, methods, omitIfUnsupported, usage = { limit: 1 }, ...rest } = checked.checked;
  const fields = {
    ...rest,
    usage,
    // The order of a set does not matter.
    ...(methods && { methods: sortedUnique(methods) }),
    ...(omitIfUnsupported.length > 0 && { omitIfUnsupported: sortedUnique(omitIfUnsupported) }),
  };
  const text = canonicalText(fields);
  if (text === undefined) return err({ issues: [NOT_PLAIN] });
  return ok(`${VERSION}-${await sha256Hex(text)}`);
};

const NOT_PLAIN: Issue = Object.freeze({
  path: "providerOptions",
  message: "expected plain data without circles, as JSON can hold it",
});

const sortedUnique = (values: readonly unknown[]): readonly unknown[] =>
  [...new Map(values.map((each) => [canonicalText(each) ?? "", each]))]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, each]) => each);
