import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { ChangeInput } from "../driver-contract.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { Refused } from "./apply-capabilities.ts";
import { CapabilityCheck } from "./capability-check.ts";
import { checkPeriod, readFields } from "./link-fields.ts";
import { InputReader } from "./reader.ts";

export type ChangesResult =
  | {
      readonly kind: "fits";
      /** Empty if the gateway's links already are as requested, because none of them ever expires. */
      readonly changes: ChangeInput;
    }
  | Refused;

const CHANGE_FIELDS = ["title", "usage", "expiresAt", "methods", "collect", "redirect", "metadata"] as const;

/** Checks changes to a link, against the rules that hold on every gateway and then against this gateway's capabilities. */
export const checkChanges = (
  changes: unknown,
  capabilities: DriverCapabilities,
  gateway: string,
  nowMs: number,
): ChangesResult => {
  const reader = new InputReader();
  const fields = reader.object(changes, CHANGE_FIELDS) ?? {};
  const check = new CapabilityCheck(capabilities, gateway, []);
  const cleared: Record<string, null> = {};
  const given = CHANGE_FIELDS.filter((name) => fields[name] !== undefined);
  const fixed = given.filter((name) => !canChange(capabilities, name));
  for (const name of fixed) check.refuse(name, `it cannot change the ${NAMES[name] ?? name} of a link`, REPLACE);
  const changing = given.filter((name) => !fixed.includes(name));
  for (const name of changing.filter((each) => fields[each] === null)) {
    const capability = capabilities[name];
    if (name === "usage" || name === "expiresAt")
      reader.refuse(name, `cannot be cleared; pass ${INSTEAD_OF_NULL[name]}`);
    else if (isSupported(capability)) cleared[name] = null;
    else check.refuse(name, capability.unsupported);
  }
  const read = readFields(
    reader,
    fields,
    changing.filter((name) => fields[name] !== null),
  );
  checkPeriod(reader, read, nowMs);
  const isEndless = neverEnds(capabilities);
  const expiresAt = check.expiresAt(read.expiresAt, { nowMs, checkLeast: false });
  const checked: ChangeInput = {
    ...cleared,
    ...omitUndefined({
      title: check.title(read.title),
      usage: check.usage(read.usage),
      expiresAt: expiresAt !== "never" ? expiresAt : isEndless ? undefined : null,
      methods: check.methods(read.methods),
      collect: check.collect(read.collect),
      redirect: check.redirect(read.redirect),
      metadata: check.metadata(read.metadata),
    }),
  };
  if (reader.issues.length > 0) return { kind: "invalid_request", issues: reader.issues };
  if (check.features.length > 0) return { kind: "unsupported", features: check.features };
  if (check.issues.length > 0) return { kind: "invalid_request", issues: check.issues };
  if (given.length === 0) {
    const message = `expected at least one of ${CHANGE_FIELDS.join(", ")}`;
    return { kind: "invalid_request", issues: [{ path: "", message }] };
  }
  return { kind: "fits", changes: checked };
};

const REPLACE = "close the link, and create another one under a fresh reference";

const NAMES: Readonly<Record<string, string>> = { usage: "usage limit", expiresAt: "expiry" };

/** An expiry of a gateway without any is refused with the gateway's own reason, and `"never"` changes nothing there. */
const canChange = (capabilities: DriverCapabilities, name: (typeof CHANGE_FIELDS)[number]): boolean =>
  capabilities.changes?.includes(name) !== false || (name === "expiresAt" && neverEnds(capabilities));

const neverEnds = ({ expiresAt }: DriverCapabilities): boolean =>
  isSupported(expiresAt) && expiresAt.moments !== undefined;

const INSTEAD_OF_NULL = { usage: '{ limit: "unlimited" }', expiresAt: '"never"' } as const;
