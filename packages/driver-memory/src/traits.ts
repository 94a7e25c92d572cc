import {
  type DriverCapabilities,
  type LinkChanges,
  type OmittableField,
  OPERATIONS,
  type OperationName,
  type Trust,
  type Unsupported,
} from "@tautan/core";

/** The operations that a gateway may lack. */
type OptionalOperation = Exclude<OperationName, "create" | "get" | "parseWebhook">;

/** What a gateway may lack: a field of a link, or an operation. */
export type MissingFeature = Exclude<OmittableField, "usage"> | "openAmount" | OptionalOperation;

/**
 * The traits of a gateway that cannot do everything. An absent trait is that of a gateway that can. A request or call that the gateway
 * does not support is refused, as at any gateway.
 */
export interface MemoryTraits {
  /**
   * The limits of payments. `one`: every link is for one payment. `unlimited`: no link has a limit. `one_or_any`: one payment, or no
   * limit. Default: any limit, or none.
   */
  readonly usage?: "one" | "unlimited" | "one_or_any" | undefined;
  /** `false`: reads do not report how many payments a link had. Default true. */
  readonly counted?: boolean | undefined;
  /** `never`: no link ends at a time. Default: any time, or never. */
  readonly expiry?: "never" | undefined;
  /** `webhooks`: histories cannot be read or listed, only webhooks report them. Default: both. */
  readonly histories?: "webhooks" | undefined;
  /** `link` or `history`: a webhook names only the link or the history, and `confirm` reads it. Default: the whole history. */
  readonly notices?: "link" | "history" | undefined;
  /**
   * How far a webhook proves its content: by a signature, by one that other accounts share (`partly_signed`), by a shared token in a header,
   * or not. Default `signed`.
   */
  readonly trust?: Exclude<Trust, "read"> | undefined;
  /**
   * What the gateway does with a reference that it knows: `lookup` refuses it, `replay` returns the first link, `keyed` returns its first
   * answer for 24 hours and has no slugs, `scan` and `none` make another link. Default `lookup`. Links are found by reference only with `lookup` and `scan`.
   */
  readonly createRecovery?: DriverCapabilities["createRecovery"] | undefined;
  /** The fields that `update` can change. Default: all. */
  readonly changes?: readonly (keyof LinkChanges)[] | undefined;
  /** Fields and operations that the gateway does not have. */
  readonly without?: readonly MissingFeature[] | undefined;
}

type WithoutOf<T> = T extends { readonly without: readonly (infer Missing)[] } ? Missing : never;

type UnreadOf<T> = T extends { readonly histories: "webhooks" }
  ? "listHistories" | "listRecentHistories" | "getHistory" | "confirm"
  : never;

type UnfoundOf<T> = T extends { readonly createRecovery: "replay" | "keyed" | "none" } ? "find" : never;

type ReopenOf<T> = "close" extends WithoutOf<T> ? "reopen" : never;

type MissingOf<T> = WithoutOf<T> | UnreadOf<T> | UnfoundOf<T> | ReopenOf<T>;

/** The capabilities of a memory driver with these options: those of `like`, without what `traits` take away. */
export type CapabilitiesOf<Like extends DriverCapabilities, Traits> = MemoryTraits extends Traits
  ? Like
  : Omit<DriverCapabilities, "operations"> & {
      readonly operations: {
        readonly [Operation in OperationName]: Operation extends MissingOf<Traits>
          ? Unsupported
          : Like["operations"][Operation];
      };
    };

const lack = (what: string): Unsupported => ({ unsupported: `the gateway that is simulated has no ${what}` });

/** The fields of a request that a gateway may lack. */
const FIELDS = [
  "title",
  "items",
  "startsAt",
  "expiresAt",
  "methods",
  "customer",
  "collect",
  "redirect",
  "metadata",
  "slug",
  "openAmount",
] as const satisfies readonly MissingFeature[];

const UNREAD: readonly OptionalOperation[] = ["listHistories", "listRecentHistories", "getHistory", "confirm"];

/** How long a gateway with `keyed` keeps an answer. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const USAGES = {
  one: { maxLimit: 1, unlimited: false },
  unlimited: { maxLimit: 0, unlimited: true },
  one_or_any: { maxLimit: 1, unlimited: true },
} as const;

/** The capabilities that follow from traits. */
export const withTraits = (
  base: DriverCapabilities,
  { usage, counted, expiry, histories, trust, notices, createRecovery, changes, without = [] }: MemoryTraits,
): DriverCapabilities => {
  const recovery = createRecovery ?? base.createRecovery;
  const isFound = createRecovery === undefined || createRecovery === "lookup" || createRecovery === "scan";
  const missing = new Set<string>([
    ...without,
    ...(without.includes("close") ? ["reopen"] : []),
    ...(histories === "webhooks" ? UNREAD : []),
    ...(isFound ? [] : ["find"]),
  ]);
  const operations = OPERATIONS.map((name) => [name, missing.has(name) ? lack(name) : base.operations[name]] as const);
  const fields = FIELDS.flatMap((name) => (missing.has(name) ? [[name, lack(name)] as const] : []));
  const { createKeyKeptMs, close, ...rest } = base;
  const keptMs = recovery === "keyed" ? (createKeyKeptMs ?? KEPT_MS) : undefined;
  return {
    ...rest,
    ...(expiry === "never" && {
      expiresAt: {
        never: true,
        resolutionMs: 1,
        moments: { unsupported: "its links never end", instead: "close the link when it should end" },
      },
    }),
    ...(changes && { changes }),
    // A random slug would make every repeat another request.
    ...(createRecovery === "keyed" && { slug: lack("slug that a request can choose") }),
    ...Object.fromEntries(fields),
    usage: {
      ...base.usage,
      ...(usage && USAGES[usage]),
      ...(counted !== undefined && { counted }),
      ...(counted === false && { openPaymentsHoldUses: false }),
    },
    operations: Object.fromEntries(operations) as unknown as DriverCapabilities["operations"],
    ...(close &&
      !missing.has("close") && { close: { ...close, reversible: close.reversible && !missing.has("reopen") } }),
    webhooks: {
      ...base.webhooks,
      ...(trust && { trust }),
      ...(notices && { namesMethod: false }),
    },
    createRecovery: recovery,
    ...(keptMs !== undefined && { createKeyKeptMs: keptMs }),
  };
};

/** Why no driver can have these capabilities and traits; `undefined` if one can. */
export const contradictionIn = (
  { operations, webhooks }: DriverCapabilities,
  { notices }: MemoryTraits,
): string | undefined => {
  const isRead = operations.listHistories === true && operations.getHistory === true && operations.confirm === true;
  if (notices && !isRead) return "notices name what to read, so histories must be readable";
  if (webhooks.trust !== "signed" && !isRead) return "webhooks that prove nothing need histories that can be read";
  return undefined;
};

/** The features that `without` can name. */
export const MISSING_FEATURES: readonly string[] = [
  ...FIELDS,
  ...OPERATIONS.filter((each) => each !== "create" && each !== "get" && each !== "parseWebhook"),
];
