import { type Instant, isSupported } from "@tautan/core";
import type { CreateInput, DriverError, DriverLink } from "@tautan/core/driver";
import { driverError, epochMsOf, instantAt, invalidRequest, omitUndefined } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { toDriverLink } from "./link.ts";
import type { CheckedOptions } from "./options.ts";
import { type MemoryStore, now, type StoredLink } from "./store.ts";

type Created = Result<DriverLink, DriverError>;

/** An answer that a gateway keeps, and the request that it belongs to. */
interface KeptAnswer {
  readonly request: string;
  readonly answer: DriverLink;
  readonly keptUntilMs: number;
}

/** Creates links, as a gateway of the chosen `createRecovery` does. */
export const createCreator = (
  store: MemoryStore,
  { clock, capabilities }: CheckedOptions,
): ((input: CreateInput) => Created) => {
  const kept = new Map<string, KeptAnswer>();
  const view = (link: StoredLink): DriverLink => toDriverLink(link, clock.now(), capabilities);

  const make = (input: CreateInput): Created => {
    const slug = input.slug ?? store.nextId("slug");
    if (store.findBy("slug", slug)) return refused("slug", "a link with this slug is in memory already");
    const { expiresAt } = input;
    const rounded = expiresAt === undefined ? {} : { expiresAt: roundedDown(expiresAt, capabilities) };
    return ok(view(store.put(newLink(store.nextId("link"), { ...input, ...rounded, slug }, now(clock)))));
  };

  const makeKeyed = (input: CreateInput, keptMs: number): Created => {
    const request = JSON.stringify(input);
    const earlier = kept.get(input.reference);
    if (earlier && earlier.keptUntilMs > clock.now()) {
      if (earlier.request !== request) {
        const { providerId } = earlier.answer;
        return err({ ...taken("this key was used with another request"), existingProviderId: providerId });
      }
      return ok({ ...earlier.answer, isKeptAnswer: true });
    }
    return make(input).map((answer) => {
      kept.set(input.reference, { request, answer, keptUntilMs: clock.now() + keptMs });
      return { ...answer, isKeptAnswer: false };
    });
  };

  return (input) => {
    const checked = checkProviderOptions(input);
    if (checked.isErr()) return err(checked.error);
    const { createRecovery, createKeyKeptMs = 0 } = capabilities;
    if (createRecovery === "keyed") return makeKeyed(input, createKeyKeptMs);
    const earlier = store.findBy("reference", input.reference);
    if (earlier && createRecovery === "lookup")
      return err(taken("a link with this reference already exists in memory"));
    return earlier && createRecovery === "replay" ? ok(view(earlier)) : make(input);
  };
};

const taken = (message: string) => driverError("duplicate_reference", { message });

/** A time, rounded down to the gateway's resolution. */
export const roundedDown = (expiresAt: Instant, { expiresAt: capability }: CheckedOptions["capabilities"]): Instant => {
  const resolutionMs = isSupported(capability) ? capability.resolutionMs : 1;
  return instantAt(Math.floor(epochMsOf(expiresAt) / resolutionMs) * resolutionMs);
};

const newLink = (
  id: string,
  input: CreateInput & { readonly slug: string },
  createdAt: StoredLink["createdAt"],
): StoredLink => {
  const { title, usage, expiresAt, methods, collect, redirect, metadata, ...fixed } = input;
  return {
    id,
    input: fixed,
    mutable: { ...CLEARED, usage, ...omitUndefined({ title, expiresAt, methods, collect, redirect, metadata }) },
    state: "open",
    createdAt,
    updatedAt: createdAt,
    payments: [],
  };
};

const CLEARED = { title: null, expiresAt: null, methods: null, collect: null, redirect: null, metadata: null } as const;

/** The memory driver has no options: whatever is there is unknown. */
export const checkProviderOptions = ({
  providerOptions: options = {},
}: CreateInput): Result<undefined, DriverError> => {
  const names = typeof options === "object" && options !== null ? Object.keys(options).map((name) => `.${name}`) : [""];
  const message = "the memory driver has no options of its own";
  const issues = names.map((name) => ({ path: `providerOptions.memory${name}`, message }));
  return issues.length === 0 ? ok(undefined) : err(invalidRequest("the request", issues));
};

export const refused = (path: string, message: string): Result<never, DriverError> =>
  err(invalidRequest("the request", [{ path, message }], { outcome: "refused" }));
