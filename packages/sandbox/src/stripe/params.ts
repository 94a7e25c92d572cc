// The parameters of a request: every name must be known, every value of the documented form.
import { isJsonObject, isWebUrl, type JsonObject, showValue } from "../simulator-kit/index.ts";
import type { StripeError } from "./errors.ts";

type Problem = Omit<StripeError, "status">;

interface Required {
  readonly required?: boolean;
}

/** One level of parameters. All problems are collected, and Stripe reports the first. */
export interface Params {
  /** A text that is not empty. */
  text(
    name: string,
    rules?: Required & { readonly max?: number; readonly oneOf?: readonly string[] },
  ): string | undefined;
  url(name: string, rules?: Required & { readonly max?: number }): string | undefined;
  integer(name: string, rules?: Required & { readonly min?: number; readonly max?: number }): number | undefined;
  flag(name: string, rules?: Required): boolean | undefined;
  object(name: string, rules?: Required): Params | undefined;
  /** The elements of a list, each with its own level. */
  objects(name: string, rules?: Required & { readonly max?: number }): readonly Params[] | undefined;
  texts(
    name: string,
    rules?: { readonly oneOf?: readonly string[]; readonly max?: number },
  ): readonly string[] | undefined;
  /** Keys to values; an empty value removes the key. The empty text removes all. */
  metadata(name: string): Metadata | "" | undefined;
  /** Whether the parameter is the empty text, which unsets what it can unset. */
  readonly isUnset: (name: string) => boolean;
  has(name: string): boolean;
  /** Whether it has members rather than a text. */
  isNested(name: string): boolean;
  refuse(name: string, problem: { readonly code?: string; readonly message: string }): undefined;
  /** What Stripe has and the sandbox does not simulate is refused, not ignored. */
  unsimulated(...names: readonly string[]): void;
}

export type Metadata = Readonly<Record<string, string>>;

/** The parameters of one request. `problem()` is the first one, once all names were asked for. */
export const readParams = (
  fields: JsonObject,
): { readonly params: Params; readonly problem: () => StripeError | undefined } => {
  const problems: Problem[] = [];
  const levels: (() => void)[] = [];
  const params = levelOf(fields, "", problems, levels);
  return {
    params,
    problem() {
      for (const checkNames of levels) checkNames();
      const [first] = problems;
      return first === undefined ? undefined : { status: 400, ...first };
    },
  };
};

const levelOf = (fields: JsonObject, path: string, problems: Problem[], levels: (() => void)[]): Params => {
  const known = new Set<string>();
  const pathOf = (name: string): string => (path === "" ? name : `${path}[${name}]`);
  const refuse: Params["refuse"] = (name, problem) => {
    problems.push({ ...problem, param: pathOf(name) });
  };
  levels.push(() => {
    const stranger = Object.keys(fields).find((name) => !known.has(name));
    if (stranger === undefined) return;
    const param = pathOf(stranger);
    problems.push({ code: "parameter_unknown", message: `Received unknown parameter: ${param}`, param });
  });

  /** `undefined`: it is not there. */
  const valueOf = (name: string, { required = false }: Required = {}): unknown => {
    known.add(name);
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined && required) {
      refuse(name, { code: "parameter_missing", message: `Missing required param: ${pathOf(name)}.` });
    }
    if (value !== "") return value;
    const param = pathOf(name);
    return refuse(name, {
      code: "parameter_invalid_empty",
      message: `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
    });
  };

  const text: Params["text"] = (name, rules = {}) => {
    const value = valueOf(name, rules);
    if (value === undefined) return undefined;
    if (typeof value !== "string") return refuse(name, { message: `Invalid string: ${JSON.stringify(value)}` });
    if (rules.max !== undefined && value.length > rules.max) {
      const message = `Invalid string: ${value.slice(0, 20)}...; must be at most ${rules.max} characters`;
      return refuse(name, { code: "parameter_invalid_string", message });
    }
    if (rules.oneOf !== undefined && !rules.oneOf.includes(value)) {
      return refuse(name, { message: `Invalid ${name}: must be one of ${rules.oneOf.join(", ")}` });
    }
    return value;
  };

  const entriesOf = (name: string, rules?: Required): readonly [string, unknown][] | undefined => {
    const value = valueOf(name, rules);
    if (value === undefined) return undefined;
    if (isJsonObject(value) || Array.isArray(value)) return Object.entries(value);
    return refuse(name, { message: `Invalid object` });
  };

  const listOf = (name: string, rules: Required & { readonly max?: number }): readonly unknown[] | undefined => {
    const value = valueOf(name, rules);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return refuse(name, { message: "Invalid array" });
    if (rules.max === undefined || value.length <= rules.max) return value;
    return refuse(name, { message: `Array above maximum length of ${rules.max}.` });
  };

  return {
    text,
    url(name, rules = {}) {
      const value = text(name, rules);
      if (value === undefined || isWebUrl(value)) return value;
      const message = "Not a valid URL. URLs must have an explicit scheme, such as https.";
      return refuse(name, { code: "url_invalid", message });
    },
    integer(name, rules = {}) {
      const value = valueOf(name, rules);
      if (value === undefined) return undefined;
      const number = typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
      if (number === undefined) {
        return refuse(name, { code: "parameter_invalid_integer", message: `Invalid integer: ${showValue(value)}` });
      }
      const { min, max } = rules;
      if (min !== undefined && number < min) {
        return refuse(name, {
          code: "parameter_invalid_integer",
          message: `This value must be greater than or equal to ${min}.`,
        });
      }
      if (max === undefined || number <= max) return number;
      return refuse(name, {
        code: "parameter_invalid_integer",
        message: `This value must be less than or equal to ${max}.`,
      });
    },
    flag(name, rules = {}) {
      const value = valueOf(name, rules);
      if (value === undefined) return undefined;
      if (value === "true" || value === "false") return value === "true";
      return refuse(name, { message: `Invalid boolean: ${showValue(value)}` });
    },
    object(name, rules) {
      const entries = entriesOf(name, rules);
      return entries === undefined ? undefined : levelOf(Object.fromEntries(entries), pathOf(name), problems, levels);
    },
    objects(name, rules = {}) {
      return listOf(name, rules)?.map((element, index) => {
        const elementPath = `${pathOf(name)}[${index}]`;
        if (isJsonObject(element)) return levelOf(element, elementPath, problems, levels);
        problems.push({ message: "Invalid object", param: elementPath });
        return levelOf({}, elementPath, [], levels);
      });
    },
    texts(name, { oneOf, max } = {}) {
      const list = listOf(name, max === undefined ? {} : { max });
      if (list === undefined) return undefined;
      for (const [index, element] of list.entries()) {
        if (typeof element === "string" && (oneOf === undefined || oneOf.includes(element))) continue;
        const message = `Invalid ${name}[${index}]: must be ${oneOf === undefined ? "a string" : `one of ${oneOf.join(", ")}`}`;
        return refuse(name, { message });
      }
      return list as readonly string[];
    },
    metadata(name) {
      if (fields[name] === "") {
        known.add(name);
        return "";
      }
      const entries = entriesOf(name);
      if (entries === undefined) return undefined;
      for (const [key, value] of entries) {
        const problem = problemWithMetadata(key, value);
        if (problem !== undefined) return refuse(`${name}][${key}`, { message: problem });
      }
      return Object.fromEntries(entries) as Metadata;
    },
    isUnset(name) {
      if (fields[name] !== "") return false;
      known.add(name);
      return true;
    },
    has: (name) => Object.hasOwn(fields, name),
    isNested: (name) => typeof fields[name] === "object",
    refuse,
    unsimulated(...names) {
      for (const name of names) {
        known.add(name);
        if (!Object.hasOwn(fields, name)) continue;
        refuse(name, { message: `The sandbox does not simulate ${pathOf(name)}; leave it out.` });
      }
    },
  };
};

/** docs.stripe.com/api/metadata: 50 keys, names of 40 characters, values of 500. */
const MAX_METADATA_KEYS = 50;

const problemWithMetadata = (key: string, value: unknown): string | undefined => {
  if (key.length > 40) return `Metadata keys must be under 40 characters long: ${key.slice(0, 20)}...`;
  if (typeof value !== "string") return "Metadata values must be strings.";
  return value.length > 500 ? `Metadata values must be under 500 characters long: ${key}.` : undefined;
};

/** The metadata after a change. */
export const changedMetadata = (before: Metadata, change: Metadata | "" | undefined): Metadata | StripeError => {
  if (change === "") return {};
  const merged = Object.entries({ ...before, ...change }).filter(([, value]) => value !== "");
  if (merged.length <= MAX_METADATA_KEYS) return Object.fromEntries(merged);
  return {
    status: 400,
    message: `Metadata must have at most ${MAX_METADATA_KEYS} keys; it would have ${merged.length}.`,
    param: "metadata",
  };
};
