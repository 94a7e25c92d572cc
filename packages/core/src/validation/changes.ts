import { type DriverCapabilities, isSupported } from "../capabilities.ts";
import type { ChangeInput } from "../driver-contract.ts";
import type { Issue, UnsupportedFeature } from "../errors.ts";
import { epochMsOf } from "../instant.ts";
import { CapabilityCheck } from "./capability-check.ts";
import { InputReader } from "./reader.ts";
import { readCollect, readMetadata, readRedirect, readUsage } from "./shared-fields.ts";

export type ChangesResult =
  | { readonly kind: "fits"; readonly changes: ChangeInput }
  | { readonly kind: "unsupported"; readonly features: readonly UnsupportedFeature[] }
  | { readonly kind: "invalid_request"; readonly issues: readonly Issue[] };

const CHANGE_FIELDS = ["title", "usage", "expiresAt", "methods", "collect", "redirect", "metadata"] as const;

/** Checks changes to a link, against our rules and then against what the gateway can honour. */
export const checkChanges = (
  changes: unknown,
  capabilities: DriverCapabilities,
  gateway: string,
  nowMs: number,
): ChangesResult => {
  const reader = new InputReader();
  const fields = reader.object(changes, "", CHANGE_FIELDS) ?? {};
  const fitting = new CapabilityCheck(capabilities, gateway, []);
  const checked: { -readonly [K in keyof ChangeInput]: ChangeInput[K] } = {};

  /** `null` clears, where the gateway has the field at all. */
  const change = <K extends keyof ChangeInput, T>(
    name: K,
    read: (value: unknown, path: string) => T | undefined,
    fit: (value: T) => ChangeInput[K] | undefined,
  ): void => {
    const value = fields[name];
    if (value === undefined) return;
    if (value === null) {
      const capability = capabilities[name as keyof DriverCapabilities];
      if (name in NOT_NULL) reader.refuse(name, `cannot be cleared; say ${NOT_NULL[name]}`);
      else if (isSupported(capability)) checked[name] = null as ChangeInput[K];
      else fitting.refuse(name, (capability as { readonly unsupported: string }).unsupported);
      return;
    }
    const parsed = read(value, name);
    const fitted = parsed === undefined ? undefined : fit(parsed);
    if (fitted !== undefined) checked[name] = fitted;
  };

  change(
    "title",
    (value, path) => reader.text(value, path, 255),
    (value) => fitting.title(value),
  );
  change(
    "usage",
    (value, path) => readUsage(reader, value, path),
    (value) => fitting.usage(value),
  );
  change(
    "expiresAt",
    (value, path) => (value === "never" ? value : readFuture(reader, value, path, nowMs)),
    (value) => {
      const fitted = fitting.expiresAt(value);
      return fitted === "never" ? null : fitted;
    },
  );
  change(
    "methods",
    (value, path) => reader.list(value, path, (item, at) => reader.method(item, at)),
    (value) => fitting.methods(value),
  );
  change(
    "collect",
    (value, path) => readCollect(reader, value, path),
    (value) => fitting.collect(value),
  );
  change(
    "redirect",
    (value, path) => readRedirect(reader, value, path),
    (value) => fitting.redirect(value),
  );
  change(
    "metadata",
    (value, path) => readMetadata(reader, value, path),
    (value) => fitting.metadata(value),
  );

  if (reader.issues.length > 0) return { kind: "invalid_request", issues: reader.issues };
  if (fitting.features.length > 0) return { kind: "unsupported", features: fitting.features };
  if (fitting.issues.length > 0) return { kind: "invalid_request", issues: fitting.issues };
  if (Object.keys(checked).length === 0) {
    return {
      kind: "invalid_request",
      issues: [{ path: "", message: `expected at least one of ${CHANGE_FIELDS.join(", ")}` }],
    };
  }
  return { kind: "fits", changes: checked };
};

const NOT_NULL: Readonly<Record<string, string>> = { usage: '{ limit: "unlimited" }', expiresAt: '"never"' };

const readFuture = (
  reader: InputReader,
  value: unknown,
  path: string,
  nowMs: number,
): ChangeInput["expiresAt"] | undefined => {
  const instant = reader.instant(value, path);
  if (instant === undefined || epochMsOf(instant) > nowMs) return instant;
  return reader.refuse(path, `expected a moment in the future, got ${instant}`);
};
