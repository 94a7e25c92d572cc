/** A rule that a request breaks. Each provider spells the sentence in its own way. */
export interface Problem {
  /** Dotted, as in `item_details.0.name`. */
  readonly path: string;
  /** The end of a sentence that starts with the path: `is required`. */
  readonly message: string;
}

interface TextRules {
  readonly required?: boolean;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** The problem that is reported if `pattern` does not match. */
  readonly patternMessage?: string;
  readonly oneOf?: readonly string[];
}

interface IntegerRules {
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
}

interface RequiredRule {
  readonly required?: boolean;
}

/** Reads fields of unknown JSON and collects everything that is wrong, instead of stopping at the first. `null` counts as absent. */
export interface InputReader {
  readonly problems: readonly Problem[];
  refuse(path: string, message: string): undefined;
  text(path: string, value: unknown, rules?: TextRules): string | undefined;
  integer(path: string, value: unknown, rules?: IntegerRules): number | undefined;
  flag(path: string, value: unknown, rules?: RequiredRule): boolean | undefined;
  record(path: string, value: unknown, rules?: RequiredRule): JsonObject | undefined;
  list(path: string, value: unknown, rules?: RequiredRule): readonly unknown[] | undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const createInputReader = (): InputReader => {
  const problems: Problem[] = [];
  const refuse = (path: string, message: string): undefined => {
    problems.push({ path, message });
  };
  const isAbsent = (path: string, value: unknown, rules: RequiredRule): boolean => {
    if (value !== undefined && value !== null) return false;
    if (rules.required === true) refuse(path, "is required");
    return true;
  };

  return {
    problems,
    refuse,
    text(path, value, rules = {}) {
      if (isAbsent(path, value === "" ? undefined : value, rules)) return undefined;
      if (typeof value !== "string") return refuse(path, "must be a string");
      // Half a surrogate pair has no place in a URL, and no bytes in UTF-8.
      if (!value.isWellFormed()) return refuse(path, "must be valid Unicode");
      if (rules.max !== undefined && value.length > rules.max) {
        return refuse(path, `must be at most ${rules.max} characters`);
      }
      if (rules.oneOf !== undefined && !rules.oneOf.includes(value)) {
        return refuse(path, `must be one of ${rules.oneOf.join(", ")}`);
      }
      if (rules.pattern !== undefined && !rules.pattern.test(value)) {
        return refuse(path, rules.patternMessage ?? "has an invalid format");
      }
      return value;
    },
    integer(path, value, rules = {}) {
      if (isAbsent(path, value, rules)) return undefined;
      if (typeof value !== "number" || !Number.isSafeInteger(value)) return refuse(path, "must be an integer");
      if (rules.min !== undefined && value < rules.min) return refuse(path, `must be at least ${rules.min}`);
      if (rules.max !== undefined && value > rules.max) return refuse(path, `must be at most ${rules.max}`);
      return value;
    },
    flag(path, value, rules = {}) {
      if (isAbsent(path, value, rules)) return undefined;
      return typeof value === "boolean" ? value : refuse(path, "must be a boolean");
    },
    record(path, value, rules = {}) {
      if (isAbsent(path, value, rules)) return undefined;
      return isJsonObject(value) ? value : refuse(path, "must be an object");
    },
    list(path, value, rules = {}) {
      if (isAbsent(path, value, rules)) return undefined;
      return Array.isArray(value) ? value : refuse(path, "must be an array");
    },
  };
};

/** The sum of whole numbers, or `undefined` if a number on the way is too large to be exact. */
export const exactSum = (numbers: readonly number[]): number | undefined => {
  let sum = 0;
  for (const number of numbers) {
    sum += number;
    if (!Number.isSafeInteger(number) || !Number.isSafeInteger(sum)) return undefined;
  }
  return sum;
};

/** Whether a reading function answered with what is wrong rather than with what it read. */
export const isProblems = (result: object): result is readonly Problem[] => Array.isArray(result);

// Deeper values could be stored but not written out again without exhausting the stack.
const MAX_DEPTH = 64;

/** The JSON object in `text`, or `undefined` if it is malformed, nested too deeply, or not an object. */
export const parseJsonObject = (text: string): JsonObject | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isJsonObject(value) && isShallow(value, MAX_DEPTH) ? value : undefined;
};

const isShallow = (value: unknown, depth: number): boolean => {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((child) => isShallow(child, depth - 1));
};

/** Whether `text` is an absolute http or https URL. */
export const isWebUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === "http:" || url?.protocol === "https:";
};
