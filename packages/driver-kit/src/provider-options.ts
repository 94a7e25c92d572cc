// Checks the options of one provider by hand: they come from the caller unchecked.
import type { Issue } from "@tautan/core";
import { type DriverError, invalidRequest } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";

/** The problems of a value, each with its path. */
export type Check = (value: unknown, path: string) => readonly Issue[];

/** The checked options of one link; an empty object if there are none, because every option is optional. */
export const checkProviderOptions = <Options extends object>(
  driver: string,
  options: Options | undefined,
  check: Check,
): Result<Options, DriverError> => {
  const issues = options === undefined ? [] : check(options, `providerOptions.${driver}`);
  return issues.length === 0 ? ok(options ?? ({} as Options)) : err(invalidRequest("the request", issues));
};

export const expected =
  (what: string, isGood: (value: unknown) => boolean): Check =>
  (value, path) =>
    isGood(value) ? [] : [{ path, message: `expected ${what}` }];

export const textUpTo = (maxLength: number): Check =>
  expected(
    `a text of 1 to ${maxLength} characters`,
    (value) => typeof value === "string" && value !== "" && value.length <= maxLength && value.isWellFormed(),
  );

export const matching = (what: string, pattern: RegExp): Check =>
  expected(what, (value) => typeof value === "string" && pattern.test(value));

export const oneOf = (...words: readonly string[]): Check =>
  expected(`one of ${words.join(", ")}`, (value) => typeof value === "string" && words.includes(value));

export const trueOrFalse: Check = expected("true or false", (value) => typeof value === "boolean");

export const webUrl = (maxLength: number): Check =>
  expected(
    `an http or https address of at most ${maxLength} characters`,
    (value) =>
      typeof value === "string" && value.length <= maxLength && /^https?:$/.test(URL.parse(value)?.protocol ?? ""),
  );

export const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each: unknown, index) => check(each, `${path}[${index}]`))
      : [{ path, message: "expected a list" }];

/** An object whose fields are checked by their `checkOf`; an absent field is not a problem. */
export const fieldsBy =
  (checkOf: (name: string) => Check | undefined, known: string): Check =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return [{ path, message: "expected an object" }];
    }
    return Object.entries(value).flatMap(([name, each]) => {
      const at = `${path}.${name}`;
      const check = checkOf(name);
      if (!check) return [{ path: at, message: `there is no such option; expected ${known}` }];
      return each === undefined ? [] : check(each, at);
    });
  };

export const fields = (checks: Readonly<Record<string, Check>>): Check =>
  fieldsBy(
    (name) => (Object.hasOwn(checks, name) ? checks[name] : undefined),
    Object.keys(checks).join(", ") || "none",
  );
