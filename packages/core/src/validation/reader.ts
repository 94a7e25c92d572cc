import { isPlainObject } from "../canonical-text.ts";
import type { Issue } from "../errors.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a value of any form, or adds issues to the reader. The path of an issue is that inside of the value: whoever reads the object
 * around it does so by `part`, so that nothing is done for the paths of a value without issues.
 */
export type Read<T = unknown> = (value: unknown, reader: InputReader) => T | undefined;

/**
 * Collects the issues of an input of any form. Callers may write plain JavaScript, so every type is checked. Messages contain paths
 * and rules, never the value of a text, which may be personal data.
 */
export class InputReader {
  readonly issues: Issue[] = [];

  refuse(path: string, message: string): undefined {
    this.issues.push(Object.freeze({ path, message }));
    return undefined;
  }

  /** Reads a field or an item. It is `undefined` if it has issues, whose paths then start with its name. */
  part<T>(name: string | number, value: unknown, read: Read<T>): T | undefined {
    const before = this.issues.length;
    const result = read(value, this);
    if (this.issues.length === before) return result;
    const start = typeof name === "number" ? `[${name}]` : name;
    for (const { path, message } of this.issues.splice(before))
      this.refuse(`${start}${path === "" || path.startsWith("[") ? "" : "."}${path}`, message);
    return undefined;
  }

  anyObject(value: unknown): Fields | undefined {
    return isPlainObject(value) ? value : this.refuse("", `expected an object, got ${kindOf(value)}`);
  }

  /** Fields that are read by rules, without those that are absent. */
  fields(given: Fields, rules: readonly (readonly [name: string, read: Read])[]): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (const [name, read] of rules) {
      const field = this.part(name, given[name], read);
      if (field !== undefined) fields[name] = field;
    }
    return fields;
  }

  object(value: unknown, allowed: readonly string[]): Fields | undefined {
    const fields = this.anyObject(value);
    for (const name of Object.keys(fields ?? {})) {
      if (!allowed.includes(name))
        this.refuse(nameInPath(name), `there is no such field; expected ${allowed.join(", ")}`);
    }
    return fields;
  }
}

export const optional =
  <T>(read: Read<T>): Read<T> =>
  (value, reader) =>
    value === undefined ? undefined : read(value, reader);

export const oneOf =
  <T extends string>(known: readonly T[]): Read<T> =>
  (value, reader) =>
    known.find((each) => each === value) ?? reader.refuse("", `expected one of ${known.join(", ")}`);

export const wholeNumberFrom =
  (least: number): Read<number> =>
  (value, reader) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
    const got = typeof value === "number" ? String(value) : kindOf(value);
    return reader.refuse("", `expected a whole number of at least ${least}, got ${got}`);
  };

/** The items of a list, each read by a rule; `undefined` in the place of one that has issues. */
export const readItems = <T>(value: unknown, reader: InputReader, read: Read<T>): (T | undefined)[] | undefined => {
  if (!Array.isArray(value)) return reader.refuse("", `expected a list, got ${kindOf(value)}`);
  const items: (T | undefined)[] = [];
  // Not `map`, which skips the holes of a sparse list.
  for (let index = 0; index < value.length; index += 1) items.push(reader.part(index, value[index], read));
  return items;
};

/** The type of a value, in words and without the value. */
export const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a Date";
  return typeof value === "object" ? "an object" : typeof value === "undefined" ? "nothing" : `a ${typeof value}`;
};

/** A field's name in a message: shortened, and without characters that could break a log line. */
export const nameInPath = (name: string): string => {
  const clean = name.replace(/[^\w.:-]/g, "?");
  return clean.length > 40 ? `${clean.slice(0, 40)}…` : clean;
};
