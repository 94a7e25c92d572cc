import type { Ledger } from "@tautan/ledger";

/** The changes that a server may make. All that is not `true` is not offered, and refused if it is called. */
export interface McpPermissions {
  /** `create_link`. Default false. */
  readonly create?: boolean | undefined;
  /** `close_link`, and with it `reopen_link` and `update_link`. Default false. */
  readonly close?: boolean | undefined;
  /** `delete_link`. Default false. */
  readonly delete?: boolean | undefined;
}

/** The options of `createMcpServer`. */
export interface McpOptions {
  /** The ledger, with the links that it was made with. Its reads need tables: call `migrate()` once, or create a link. */
  readonly ledger: Ledger<unknown, unknown>;
  /** Default: nothing, so that the server only reads. */
  readonly allow?: McpPermissions | undefined;
  /**
   * Removes secrets from each text of a result before it is sent. Default: unchanged, because no error of Tautan contains one. The error
   * that a handler of yours threw can.
   */
  readonly withoutSecrets?: ((text: string) => string) | undefined;
}

/** The options with their defaults. */
export interface CheckedOptions {
  readonly ledger: Ledger<unknown, unknown>;
  readonly allow: Readonly<Record<keyof McpPermissions, boolean>>;
  readonly withoutSecrets: (text: string) => string;
}

const unchanged = (text: string): string => text;

const FIELDS: Readonly<Record<keyof McpOptions, true>> = { ledger: true, allow: true, withoutSecrets: true };
const PERMISSIONS: Readonly<Record<keyof McpPermissions, true>> = { create: true, close: true, delete: true };

/** Checks the options: a mistyped permission must not start a server that lacks it, or has another. */
export const checkOptions = (options: McpOptions): CheckedOptions => {
  const { ledger, allow = {}, withoutSecrets = unchanged } = fieldsOf("createMcpServer", options, FIELDS);
  if (typeof ledger?.create !== "function" || typeof ledger.links?.check !== "function") {
    throw new TypeError("createMcpServer: ledger: expected what createLedger returned");
  }
  if (typeof withoutSecrets !== "function") {
    throw new TypeError(`createMcpServer: withoutSecrets: expected a function, got ${typeof withoutSecrets}`);
  }
  const given = fieldsOf("createMcpServer: allow", allow, PERMISSIONS);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || typeof value === "boolean") continue;
    throw new TypeError(`createMcpServer: allow.${name}: expected true or false, got ${typeof value}`);
  }
  const { create = false, close = false, delete: remove = false } = given;
  return { ledger, allow: { create, close, delete: remove }, withoutSecrets };
};

const fieldsOf = <T extends object>(name: string, given: T, fields: Readonly<Record<keyof T, true>>): T => {
  if (typeof given !== "object" || given === null) throw new TypeError(`${name}: expected an object`);
  const unknown = Object.keys(given).find((field) => !Object.hasOwn(fields, field));
  if (unknown === undefined) return given;
  throw new TypeError(
    `${name}: expected only ${Object.keys(fields).join(", ")}, got ${JSON.stringify(unknown.slice(0, 40))}`,
  );
};
