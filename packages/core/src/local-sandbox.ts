// The sandbox on this machine that `tautan dev` started, as it passes it to the programs that it runs.
import { err, ok, type Result } from "neverthrow";
import { isPlainObject } from "./canonical-text.ts";
import { valueOr } from "./contained.ts";
import type { Environment } from "./driver-definition.ts";
import type { Issue } from "./errors.ts";

const VARIABLE = "TAUTAN_SANDBOX";
const PATH = `env.${VARIABLE}`;

/** Options by the name of the driver, which replace those of the entries. */
export type LocalSandbox = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Reads the variable, which is JSON: `{ "acme": { "baseUrl": "http://127.0.0.1:7701", "key": { "env": "NAME" } } }`. Only addresses of
 * this machine are accepted, so that the variable cannot send a real payment elsewhere.
 */
export const readLocalSandbox = (env: Environment): Result<LocalSandbox | undefined, Issue> => {
  const text = env[VARIABLE];
  if (text === undefined || text === "") return ok(undefined);
  const sandbox = valueOr<unknown, undefined>(() => JSON.parse(text), undefined);
  if (!isPlainObject(sandbox) || !Object.values(sandbox).every(isPlainObject)) {
    return err({
      path: PATH,
      message: "expected JSON with an object of options for each driver; tautan dev writes it",
    });
  }
  const foreign = Object.entries(sandbox).find(
    ([, options]) => !isOfThisMachine((options as { baseUrl?: unknown }).baseUrl),
  );
  if (foreign) {
    return err({
      path: `${PATH}.${foreign[0]}.baseUrl`,
      message: "expected an address of this machine, such as http://127.0.0.1:7701",
    });
  }
  return ok(sandbox as LocalSandbox);
};

/** The entries that a sandbox must not replace: payments there are real. */
export const problemsWithLocalSandbox = (entries: Readonly<Record<string, object>>): readonly Issue[] =>
  Object.entries(entries)
    .filter(([, entry]) => (entry as { environment?: unknown }).environment === "production")
    .map(([key]) => ({
      path: `gateways.${key}.environment`,
      message: `expected "sandbox" while the environment variable ${VARIABLE} is set, got "production"; unset it for real payments`,
    }));

const isOfThisMachine = (url: unknown): boolean => {
  const { protocol, hostname } = (typeof url === "string" ? URL.parse(url) : undefined) ?? {};
  return protocol === "http:" && /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname ?? "");
};
