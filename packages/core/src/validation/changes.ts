import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { ChangeInput } from "../driver-contract.ts";
import { omitUndefined } from "../omit-undefined.ts";
import type { Refused } from "./apply-capabilities.ts";
import { CapabilityCheck } from "./capability-check.ts";
import { checkPeriod, readFields } from "./link-fields.ts";
import { InputReader } from "./reader.ts";

export type ChangesResult = { readonly kind: "fits"; readonly changes: ChangeInput } | Refused;

const CHANGE_FIELDS = ["title", "usage", "expiresAt", "methods", "collect", "redirect", "metadata"] as const;

/** Checks changes to a link, against the rules that hold on every gateway and then against this gateway's capabilities. */
export const checkChanges = (
  changes: unknown,
  capabilities: DriverCapabilities,
  gateway: string,
  nowMs: number,
): ChangesResult => {
  const reader = new InputReader();
  const fields = reader.object(changes, "", CHANGE_FIELDS) ?? {};
  const check = new CapabilityCheck(capabilities, gateway, []);
  const cleared: Record<string, null> = {};
  for (const name of CHANGE_FIELDS.filter((each) => fields[each] === null)) {
    const capability = capabilities[name];
    if (name === "usage" || name === "expiresAt")
      reader.refuse(name, `cannot be cleared; pass ${INSTEAD_OF_NULL[name]}`);
    else if (isSupported(capability)) cleared[name] = null;
    else check.refuse(name, capability.unsupported);
  }
  const given = readFields(
    reader,
    fields,
    CHANGE_FIELDS.filter((name) => fields[name] !== null),
  );
  checkPeriod(reader, given, nowMs);
  const expiresAt = check.expiresAt(given.expiresAt);
  const checked: ChangeInput = {
    ...cleared,
    ...omitUndefined({
      title: check.title(given.title),
      usage: check.usage(given.usage),
      expiresAt: expiresAt === "never" ? null : expiresAt,
      methods: check.methods(given.methods),
      collect: check.collect(given.collect),
      redirect: check.redirect(given.redirect),
      metadata: check.metadata(given.metadata),
    }),
  };
  if (reader.issues.length > 0) return { kind: "invalid_request", issues: reader.issues };
  if (check.features.length > 0) return { kind: "unsupported", features: check.features };
  if (check.issues.length > 0) return { kind: "invalid_request", issues: check.issues };
  if (Object.keys(checked).length === 0) {
    const message = `expected at least one of ${CHANGE_FIELDS.join(", ")}`;
    return { kind: "invalid_request", issues: [{ path: "", message }] };
  }
  return { kind: "fits", changes: checked };
};

const INSTEAD_OF_NULL = { usage: '{ limit: "unlimited" }', expiresAt: '"never"' } as const;
